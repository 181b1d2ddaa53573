//! What crawlers are told: robots.txt and the sitemap.

use crate::render::Edition;
use crate::site::{Route, SITEMAP_LIMIT, route};

/// The Robots Exclusion Protocol (RFC 9309): everything may be read.
pub(super) fn robots(edition: &Edition<'_>) -> String {
    let mut out = "User-agent: *\nAllow: /\n".to_owned();
    if let Some(base) = &edition.config.base_url {
        out.push_str(&format!("Sitemap: {base}{}\n", route::sitemap()));
    }
    out
}

/// The sitemap (sitemaps.org protocol 0.9), or above its limit the index of sitemaps.
pub(super) fn sitemap(edition: &Edition<'_>) -> String {
    let parts = edition.site.listed.len().div_ceil(SITEMAP_LIMIT);
    if parts <= 1 {
        return urls(edition, 0);
    }
    let entries = (1..=parts)
        .map(|part| format!("<sitemap><loc>{}</loc></sitemap>\n", absolute(edition, &route::sitemap_part(part))));
    format!(
        "{SITEMAP_HEAD}<sitemapindex xmlns=\"{SITEMAP_NAMESPACE}\">\n{}</sitemapindex>\n",
        entries.collect::<String>()
    )
}

const SITEMAP_HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const SITEMAP_NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

pub(super) fn urls(edition: &Edition<'_>, from: usize) -> String {
    let listed = edition.site.listed.iter().skip(from).take(SITEMAP_LIMIT);
    let entries = listed.map(|route| format!("<url><loc>{}</loc></url>\n", absolute(edition, route)));
    format!("{SITEMAP_HEAD}<urlset xmlns=\"{SITEMAP_NAMESPACE}\">\n{}</urlset>\n", entries.collect::<String>())
}

/// A full address, escaped for XML. Routes hold nothing that needs it; a base address may.
fn absolute(edition: &Edition<'_>, route: &Route) -> String {
    let base = edition.config.base_url.as_deref().unwrap_or_default();
    format!("{}{route}", base.replace('&', "&amp;").replace('\'', "&apos;"))
}
