//! The server: HTTP/1.1 on the loopback address, with limits that keep a strange client from harming the others.
//!
//! One thread carries all connections; pages are rendered on others, so that a large one doesn't hold up the small ones.

use super::Showing;
use super::answer::{self, EVENTS};
use crate::pipeline::Build;
use anyhow::{Context, anyhow};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll, ready};
use std::time::Duration;
use tokio::runtime::{self, Runtime};
use tokio::sync::watch::{Receiver, Sender, channel};

/// How many connections are open at once. A browser has six for its pages of one server; this is for several, and for tools
/// that check links.
const CONNECTIONS: usize = 64;

/// How many bytes the head of a request may have. Those of browsers have about one thousand.
const HEAD: usize = 8 * 1024;

/// How much of a request or an answer is kept in memory on its way. The head of a request has to fit.
const BUFFER: usize = 2 * HEAD;

/// How long the head of a request may take, or the next one let itself be waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many pages are rendered at once.
const RENDERERS: usize = 4;

/// Takes a port on this computer.
///
/// # Errors
/// It is taken, or may not be had.
pub(super) fn bind(port: u16) -> anyhow::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            anyhow!("port {port} is taken by another program; name another with `--port`, or take any free one with `--port 0`")
        }
        _ => anyhow::Error::new(error).context(format!("can't serve on port {port}")),
    })
}

/// The address of the home page.
///
/// # Errors
/// The system doesn't tell.
pub(super) fn address(listener: &TcpListener) -> anyhow::Result<String> {
    Ok(format!("http://{}/", listener.local_addr().context("can't tell the port")?))
}

/// Starts to answer, on a thread of its own, and gives back where to put what is to be shown. Who asks before there is
/// something waits.
///
/// # Errors
/// The system gives no thread or no socket.
pub(super) fn start(listener: TcpListener) -> anyhow::Result<Sender<Showing>> {
    let problem = "can't start the server";
    let port = listener.local_addr().context(problem)?.port();
    listener.set_nonblocking(true).context(problem)?;
    let runtime = runtime::Builder::new_current_thread().enable_all().max_blocking_threads(RENDERERS).build();
    let runtime = runtime.context(problem)?;
    let listener = {
        let _inside = runtime.enter();
        tokio::net::TcpListener::from_std(listener).context(problem)?
    };
    let (browsers, shown) = channel(Showing::default());
    let thread = std::thread::Builder::new().name("server".to_owned());
    thread.spawn(move || accept(&runtime, &listener, &shown, port)).context(problem)?;
    Ok(browsers)
}

/// Answers for ever. When all connections are in use the oldest goes: a client that holds them all, by not reading or by
/// being slow, takes them from itself. Pages whose stream of events goes this way ask for another.
fn accept(runtime: &Runtime, listener: &tokio::net::TcpListener, shown: &Receiver<Showing>, port: u16) {
    runtime.block_on(async {
        let mut open = VecDeque::new();
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                // Out of file handles, or the client left already; others may leave soon.
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            open.retain(|connection: &tokio::task::JoinHandle<()>| !connection.is_finished());
            if open.len() >= CONNECTIONS
                && let Some(oldest) = open.pop_front()
            {
                oldest.abort();
            }
            // Answers are small; without this the last part of each could wait for the client to confirm the others.
            drop(stream.set_nodelay(true));
            open.push_back(tokio::spawn(connection(rules(), TokioIo::new(stream), shown.clone(), port)));
        }
    });
}

/// What a connection may cost.
fn rules() -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_header_size(HEAD).max_buf_size(BUFFER);
    http
}

async fn connection<S: Read + Write + Unpin>(http: http1::Builder, stream: S, shown: Receiver<Showing>, port: u16) {
    let service = service_fn(move |request| respond(request, shown.clone(), port));
    // What goes wrong here is the client's: it sent garbage, was too slow, or left.
    drop(http.serve_connection(stream, service).await);
}

/// The server without a socket: bytes in, bytes out. Tests and fuzz targets speak to it.
pub struct Rehearsal {
    runtime: Runtime,
    shown: Receiver<Showing>,
    port: u16,
}

impl Rehearsal {
    /// A server that shows a build and believes to listen on a port.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn new(build: Arc<Build>, port: u16) -> anyhow::Result<Rehearsal> {
        let runtime = runtime::Builder::new_current_thread().enable_all().max_blocking_threads(1).build()?;
        // Whoever gave the version is gone already, so streams of events end after the first one.
        let (_, shown) = channel(Showing { version: 1, build: Some(build), ..Showing::default() });
        Ok(Rehearsal { runtime, shown, port })
    }

    /// All that is answered to all that a client sends before it falls silent.
    pub fn converse(&self, sent: &[u8]) -> Vec<u8> {
        let mut http = rules();
        // It falls silent at once, and hears the answers all the same.
        http.half_close(true);
        let mut wire = Wire { sent, answered: Vec::new() };
        self.runtime.block_on(connection(http, &mut wire, self.shown.clone(), self.port));
        wire.answered
    }
}

/// Both directions of a connection, in memory.
struct Wire<'a> {
    sent: &'a [u8],
    answered: Vec<u8>,
}

impl Read for &mut Wire<'_> {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Task<'_>, mut room: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let (now, later) = self.sent.split_at(self.sent.len().min(room.remaining()));
        room.put_slice(now);
        self.sent = later;
        Poll::Ready(Ok(()))
    }
}

impl Write for &mut Wire<'_> {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Task<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.answered.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Task<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Task<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

async fn respond(
    request: Request<Incoming>,
    mut shown: Receiver<Showing>,
    port: u16,
) -> Result<Response<Reply>, Infallible> {
    let (head, _) = request.into_parts();
    let is_head = head.method == Method::HEAD;
    let response = if let Some(refusal) = answer::refusal(&head, port) {
        refusal.map(Reply::whole)
    } else if head.uri.path() == EVENTS {
        events(shown)
    } else {
        let showing = shown.wait_for(|showing| showing.version > 0).await.map(|showing| showing.clone());
        let rendered =
            tokio::task::spawn_blocking(move || showing.map(|showing| answer::answer(head.uri.path(), &showing)));
        let lost = || answer::text(StatusCode::INTERNAL_SERVER_ERROR, "This page could not be made.\n");
        rendered.await.ok().and_then(Result::ok).unwrap_or_else(lost).map(Reply::whole)
    };
    Ok(if is_head { response.map(|_| Reply::Whole(None)) } else { response })
}

/// A stream of server-sent events (HTML Standard, section 9.2).
fn events(shown: Receiver<Showing>) -> Response<Reply> {
    let mut response = Response::new(Reply::Events(Box::pin(first_event(shown))));
    response.headers_mut().extend(answer::headers("text/event-stream"));
    response
}

/// The version now, so that a page that was made from an earlier one notices.
async fn first_event(mut shown: Receiver<Showing>) -> Event {
    let version = shown.wait_for(|showing| showing.version > 0).await.map(|showing| showing.name());
    (version.ok().map(|version| format!("retry: 500\nevent: version\ndata: {version}\n\n").into()), shown)
}

/// Each later version, when it comes.
async fn next_event(mut shown: Receiver<Showing>) -> Event {
    if shown.changed().await.is_err() {
        return (None, shown);
    }
    let version = shown.borrow_and_update().name();
    (Some(format!("event: reload\ndata: {version}\n\n").into()), shown)
}

/// The body of an answer.
enum Reply {
    /// All at once; nothing when it was given or none is wanted.
    Whole(Option<Bytes>),
    /// Events, as they happen.
    Events(Pin<Box<dyn Future<Output = Event> + Send>>),
}

/// An event, and where to wait for the next; without an event it was the last.
type Event = (Option<Bytes>, Receiver<Showing>);

impl Reply {
    fn whole(bytes: Vec<u8>) -> Reply {
        Reply::Whole(Some(bytes.into()))
    }
}

impl Body for Reply {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(match &mut *self {
            Reply::Whole(bytes) => bytes.take().map(|bytes| Ok(Frame::data(bytes))),
            Reply::Events(next) => {
                let (event, shown) = ready!(next.as_mut().poll(task));
                *next = Box::pin(next_event(shown));
                event.map(|event| Ok(Frame::data(event)))
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Reply::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Reply::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Reply::Events(_) => SizeHint::default(),
        }
    }
}
