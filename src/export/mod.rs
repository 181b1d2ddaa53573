//! Everything for machines: one function from a page of the plan to its bytes, one file a format.
//!
//! As with pages, what there is and where it stands was decided by the plan.

mod akn;
mod calendar;
mod catalog;
mod tables;
mod feed;
mod oparl;
mod sitemap;
mod xml;
mod zone;

pub use oparl::seen;

use crate::render::Edition;
use crate::site::{DataFile, Page, SITEMAP_LIMIT};

/// The bytes of an export; `None` for what is a page for people or a file.
pub fn file(edition: &Edition<'_>, page: &Page) -> Option<Vec<u8>> {
    match page {
        Page::Robots => Some(sitemap::robots(edition).into_bytes()),
        Page::Sitemap => Some(sitemap::sitemap(edition).into_bytes()),
        Page::SitemapPart(part) => Some(sitemap::urls(edition, part * SITEMAP_LIMIT).into_bytes()),
        Page::Feed(scope, part) => Some(feed::feed(edition, *scope, *part)),
        Page::Calendar(scope) => Some(calendar::calendar(edition, *scope)),
        Page::Data(DataFile::Table(table)) => Some(tables::table(edition, *table)),
        Page::Data(DataFile::Description) => Some(tables::description(edition)),
        Page::Data(DataFile::Catalog) => Some(catalog::catalog(edition)),
        Page::Index(file) => {
            let search = edition.search?;
            Some(search.index(edition.archive, edition.site, edition.config).file(*file).to_vec())
        }
        Page::Akn(id) => Some(akn::report(edition, *id)),
        Page::Oparl(file) => Some(oparl::file(edition, *file)),
        _ => None,
    }
}

/// JSON that people can read too.
fn json(value: &serde_json::Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}
