//! The server: HTTP/1.1 on the loopback address, with limits that keep a strange client from harming the others.
//!
//! One thread carries all connections; pages are rendered on others, so that a large one doesn't hold up the small ones.

use super::Showing;
use super::answer::{self, EVENTS};
use anyhow::{Context, anyhow};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::pin::Pin;
use std::task::{Context as Task, Poll, ready};
use std::time::Duration;
use tokio::net::TcpStream;
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
            open.push_back(tokio::spawn(connection(stream, shown.clone(), port)));
        }
    });
}

async fn connection(stream: TcpStream, shown: Receiver<Showing>, port: u16) {
    // Answers are small; without this the last part of each could wait for the client to confirm the others.
    drop(stream.set_nodelay(true));
    let service = service_fn(move |request| respond(request, shown.clone(), port));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_header_size(HEAD).max_buf_size(BUFFER);
    // What goes wrong here is the client's: it sent garbage, was too slow, or left.
    drop(http.serve_connection(TokioIo::new(stream), service).await);
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
