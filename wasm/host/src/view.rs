//! `forktalk view`: the page, served from the command itself.

use std::error::Error;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use forktalk_explore::Trace;
use forktalk_recording::Recording;
use tiny_http::{Header, Method, Request, Response, ResponseBox, Server};

use crate::ending;
use crate::exports::Exports;

/// The page's files, each by its address in it; none if the command was built without.
static PAGE: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// Below this address lies the file that was given.
const GIVEN: &str = "given/";

/// Look at a run in the page: step forwards and back, choose who goes next, see who holds which end, explore.
///
/// The page comes from this command, and nothing is loaded from anywhere else. Without a file it offers the programs of
/// forktalk's own suite. A file that changes is read anew when the page is loaded again.
///
/// A program that runs natively with FORKTALK_TRACE=FILE in its environment writes down what its processes do, each in a
/// file of its own beside FILE; `forktalk view FILE` makes one trace of them. With --trace, --mermaid or --chrome-trace that
/// is written, and the page is not served.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A `.wasm` file as for `forktalk run`; a trace that `--trace` wrote; or what FORKTALK_TRACE named
    file: Option<PathBuf>,

    #[command(flatten)]
    exports: Exports,

    /// The port; any that is free if it is not said
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,

    /// Serve others too: those who reach this machine at this address see what you see
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
}

impl Arguments {
    pub(crate) fn execute(&self) -> ExitCode {
        ending::exit(self.view())
    }

    fn view(&self) -> Result<ExitCode, Box<dyn Error>> {
        if self.exports.any() {
            self.exports.check()?;
            let given = self.file.as_deref().map(Given::find).transpose()?;
            let given = given.ok_or("which run is to be written?")?;
            self.exports.write(&given.trace()?)?;
            return Ok(ExitCode::SUCCESS);
        }
        if PAGE.is_empty() {
            return Err("this forktalk was built without its page; in forktalk's repository, `cargo xtask web` builds and \
                        serves it".into());
        }
        let given = self.file.as_deref().map(Given::find).transpose()?;
        let server = Server::http(SocketAddr::new(self.address, self.port)).map_err(|error| {
            let (address, port) = (self.address, self.port);
            format!("cannot serve at {address}, port {port}: {error}; choose another with --port")
        })?;
        let link = given.as_ref().map_or_else(String::new, Given::link);
        println!(
            "The page: http://{}/{link}  (Ctrl+C ends it)",
            server.server_addr()
        );
        let is_own = self.address.is_loopback();
        for request in server.incoming_requests() {
            let response = answer(&request, given.as_ref(), is_own);
            // A browser that goes away in the middle is no concern of the others.
            let _gone = request.respond(response);
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The file that is looked at.
struct Given {
    path: PathBuf,
    name: String,
}

impl Given {
    fn find(path: &Path) -> Result<Given, String> {
        let unreadable = |error| format!("cannot read {}: {error}", path.display());
        let text = fs::read(path).map_err(unreadable)?;
        let name = path.file_name().unwrap_or(path.as_os_str());
        let given = Given {
            path: path.to_owned(),
            name: name.to_string_lossy().into_owned(),
        };
        if Recording::is_one(&text) {
            let trace = given.recorded(&text)?;
            let notes = trace.header.native.map(|native| native.notes);
            for note in notes.unwrap_or_default() {
                eprintln!("forktalk: {}", note.en);
            }
        }
        Ok(given)
    }

    /// What the page is given: the file, or the trace that what native processes wrote down comes to.
    fn read(&self) -> Result<Vec<u8>, String> {
        let text = fs::read(&self.path).map_err(|error| error.to_string())?;
        if Recording::is_one(&text) {
            return Ok(self.recorded(&text)?.to_text().into_bytes());
        }
        Ok(text)
    }

    /// The trace that it is, or comes to.
    fn trace(&self) -> Result<Trace, String> {
        let named = |error: &dyn std::fmt::Display| format!("{}: {error}", self.path.display());
        let text = String::from_utf8(self.read()?).map_err(|_| {
            named(&"a program; `forktalk run` and `forktalk replay` write its runs")
        })?;
        Trace::from_text(&text).map_err(|error| named(&error))
    }

    /// The run of which the first process wrote this down, and the others beside it.
    fn recorded(&self, first: &[u8]) -> Result<Trace, String> {
        let beside = |suffix: &str| {
            if suffix.is_empty() {
                return Some(first.to_vec());
            }
            let mut path = self.path.clone().into_os_string();
            path.push(suffix);
            fs::read(path).ok()
        };
        let recording = Recording::gather(beside);
        let recording = recording.map_err(|error| format!("{}{error}", self.path.display()))?;
        Ok(recording.trace())
    }

    /// What stands behind the page's address so that the file is shown.
    fn link(&self) -> String {
        format!("#file={}", escaped(&self.name))
    }
}

/// As a part of an address: what is not plain is written by its bytes.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!*'()".contains(&byte);
    text.bytes()
        .map(|byte| match plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

fn answer(request: &Request, given: Option<&Given>, is_own: bool) -> ResponseBox {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return Response::empty(405).boxed();
    }
    // Another site's page cannot read this one by a name of its own that leads here.
    if is_own && !is_for_this_machine(request) {
        return Response::from_string("only for this machine\n")
            .with_status_code(403)
            .boxed();
    }
    let path = request.url().split(['?', '#']).next().unwrap_or_default();
    let path = path.trim_start_matches('/');
    if let (Some(given), Some(name)) = (given, path.strip_prefix(GIVEN))
        && name == escaped(&given.name)
    {
        return match given.read() {
            Ok(bytes) => found(&given.name, bytes),
            Err(error) => Response::from_string(format!("{error}\n"))
                .with_status_code(404)
                .boxed(),
        };
    }
    let name = if path.is_empty() { "index.html" } else { path };
    match PAGE.iter().find(|(own, _)| *own == name) {
        Some((_, bytes)) if name == "index.html" => found(name, naming(given, bytes)),
        Some((_, bytes)) => found(name, bytes.to_vec()),
        None => Response::from_string("not here\n")
            .with_status_code(404)
            .boxed(),
    }
}

fn is_for_this_machine(request: &Request) -> bool {
    let mut headers = request.headers().iter();
    let host = headers.find(|header| header.field.equiv("Host"));
    host.is_none_or(|host| {
        let host = host.value.as_str();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        ["localhost", "127.0.0.1", "[::1]"].contains(&name)
    })
}

/// The page, told which file it finds beside itself.
fn naming(given: Option<&Given>, page: &[u8]) -> Vec<u8> {
    let page = String::from_utf8_lossy(page);
    let Some(given) = given else {
        return page.into_owned().into_bytes();
    };
    let name = format!(
        "<head><meta name=\"given\" content=\"{}\" />",
        escaped(&given.name)
    );
    page.replacen("<head>", &name, 1).into_bytes()
}

fn found(name: &str, bytes: Vec<u8>) -> ResponseBox {
    let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "jsonl") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let mut response = Response::from_data(bytes);
    for (name, value) in [
        ("Content-Type", kind),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-cache"),
    ] {
        if let Ok(header) = Header::from_bytes(name, value) {
            response.add_header(header);
        }
    }
    response.boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_escaped_in_an_address_and_the_page_is_told_it() {
        let given = Given {
            path: "own program.wasm".into(),
            name: "own \"program\".wasm".into(),
        };
        assert_eq!(given.link(), "#file=own%20%22program%22.wasm");
        let page = naming(Some(&given), b"<html><head><title>");
        assert_eq!(
            String::from_utf8_lossy(&page),
            r#"<html><head><meta name="given" content="own%20%22program%22.wasm" /><title>"#
        );
        assert_eq!(naming(None, b"<head>"), b"<head>");
    }
}
