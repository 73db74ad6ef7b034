//! A static server for the page, on this machine only.

use std::fs::File;
use std::path::{Component, Path, PathBuf};

use anyhow::{Result, anyhow};
use tiny_http::{Header, Method, Request, Response, Server, StatusCode};

/// The page loads nothing from elsewhere and runs no script that is not a file of its own; WebAssembly is what it is
/// about. Hosts of the page should send the same.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; \
     form-action 'none'";

/// Serves `directory` until it is ended.
pub(crate) fn serve(directory: &Path, port: u16) -> Result<()> {
    let server = Server::http(("127.0.0.1", port)).map_err(|error| {
        anyhow!("cannot serve on port {port}: {error}; choose another with --port")
    })?;
    println!(
        "The page: http://{}/  (Ctrl+C ends it)",
        server.server_addr()
    );
    for request in server.incoming_requests() {
        // A browser that goes away in the middle is no concern of the others.
        let _gone = answer(request, directory);
    }
    Ok(())
}

fn answer(request: Request, directory: &Path) -> std::io::Result<()> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return request.respond(Response::empty(StatusCode(405)));
    }
    let Some(path) = requested(request.url()) else {
        return request.respond(Response::empty(StatusCode(400)));
    };
    let path = directory.join(path);
    match File::open(&path) {
        Ok(file) => request.respond(
            Response::from_file(file)
                .with_header(header("Content-Type", media_type(&path)))
                .with_header(header("Content-Security-Policy", CONTENT_SECURITY_POLICY))
                .with_header(header("X-Content-Type-Options", "nosniff"))
                .with_header(header("Cache-Control", "no-cache")),
        ),
        Err(_) => request.respond(Response::from_string("not here\n").with_status_code(404)),
    }
}

/// The file that an address names, below the directory; nothing if it would lead out of it.
fn requested(url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.trim_start_matches('/');
    let path = if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    };
    let path = PathBuf::from(path);
    let inside = path
        .components()
        .all(|component| matches!(component, Component::Normal(_)));
    inside.then_some(path)
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map" | "webmanifest") => "application/json",
        Some("jsonl") => "application/jsonl; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt" | "rs") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("both are plain ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::{env, fs, process, thread};

    #[test]
    fn an_address_names_a_file_below_the_directory() {
        assert_eq!(requested("/"), Some("index.html".into()));
        assert_eq!(requested("/?seed=7"), Some("index.html".into()));
        assert_eq!(requested("/assets/a.wasm"), Some("assets/a.wasm".into()));
        assert_eq!(requested("/docs/"), Some("docs/index.html".into()));
        assert_eq!(requested("/../secret"), None);
        assert_eq!(requested("/a/../../secret"), None);
    }

    #[test]
    fn a_module_is_served_as_one_with_the_policy() {
        let directory = env::temp_dir().join(format!("forktalk-serve-{}", process::id()));
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join("a.wasm"), b"\0asm").unwrap();
        let server = Server::http("127.0.0.1:0").unwrap();
        let address = server.server_addr().to_ip().unwrap();
        let served = directory.clone();
        let serving = thread::spawn(move || {
            for request in server.incoming_requests().take(2) {
                answer(request, &served).unwrap();
            }
        });

        let found = fetch(address, "/a.wasm");
        let missing = fetch(address, "/b.wasm");
        serving.join().unwrap();
        fs::remove_dir_all(directory).unwrap();

        assert!(found.starts_with("HTTP/1.1 200"), "{found}");
        assert!(found.contains("Content-Type: application/wasm"), "{found}");
        assert!(
            found.contains("Content-Security-Policy: default-src 'self'"),
            "{found}"
        );
        assert!(found.ends_with("\0asm"), "{found}");
        assert!(missing.starts_with("HTTP/1.1 404"), "{missing}");
    }

    fn fetch(address: std::net::SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}
