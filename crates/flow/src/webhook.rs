//! Sending what subscriptions ask for: the worker looks which of them have something new, and a job a delivery sends
//! it, again with growing pauses while the receiver does not take it, until the job is laid aside.
//!
//! A receiver's name is resolved here and the connection made to the very address that was looked at, so that a name
//! cannot mean one thing to the check and another to the connection. Redirects are not followed.

use crate::Desk;
use kernel::{No, Result};
use std::net::{IpAddr, SocketAddr};
use std::process::Stdio;
use std::time::Duration;
use store::job::{self, Job};
use supervision::epcis::{self, Dest, Subscription, query_document};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};

/// Events of one message.
const MOST: i64 = 500;
/// The longest time that a receiver may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer that are read: only its first line counts.
const LONGEST_LINE: u64 = 512;

/// Where subscriptions may send to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Targets {
    /// Public addresses only.
    #[default]
    Public,
    /// Addresses within the house as well.
    Private,
}

/// Asks for the deliveries that are due, and lets subscriptions pass over what is not for them.
pub(crate) async fn wake(desk: &Desk) -> Result<()> {
    let due = epcis::due_subscriptions(&mut desk.read().await?).await?;
    for s in due {
        let (news, upto) = epcis::news(&mut desk.read().await?, &s, 1).await?;
        let mut tx = desk.begin().await?;
        if news.is_empty() && !s.tells_empty() {
            epcis::pass_over(&mut tx, &s, upto).await?;
        } else {
            epcis::ask_delivery(&mut tx, &s).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Sends all that is new to the subscription of a job, message by message.
///
/// # Errors
/// The receiver did not take a message: what it took before is noted and not sent again.
pub(crate) async fn deliver(desk: &Desk, job: &Job, targets: Targets) -> Result<()> {
    let (mut most, mut messages) = (MOST, 0);
    loop {
        let mut tx = desk.read().await?;
        let Some(s) = epcis::delivery(&mut tx, &job.key).await? else { return Ok(()) };
        let (events, upto) = epcis::news(&mut tx, &s, most).await?;
        let now = tx.now();
        drop(tx);
        let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
        let nothing = events.is_empty() && (messages > 0 || !s.tells_empty());
        if !nothing {
            let id = s.id.to_string();
            let body = query_document(&events, &s.query, Some(&id), s.links, now)?;
            match send(&s, upto, body.into_bytes(), targets).await? {
                200..=299 => messages += 1,
                413 if count > 1 => {
                    most = count / 2;
                    continue;
                }
                status => return Err(No::fault(format!("the receiver answered {status}"))),
            }
        }
        let mut tx = desk.begin().await?;
        if !nothing {
            epcis::sent(&mut tx, &s, upto).await?;
        }
        if count >= most {
            job::advance(&mut tx, job.id, messages, messages + 1).await?;
            tx.commit().await?;
            continue;
        }
        epcis::delivered(&mut tx, &s, upto).await?;
        return tx.commit().await.map(drop);
    }
}

/// Sends one message; gives the status of the answer.
async fn send(s: &Subscription, upto: i64, body: Vec<u8>, targets: Targets) -> Result<u16> {
    let dest = Dest::parse(&s.dest)?;
    let mut headers = vec![
        ("Content-Type".to_owned(), "application/json".to_owned()),
        ("GS1-EPCIS-Version".to_owned(), "2.0.0".to_owned()),
        ("GS1-CBV-Version".to_owned(), "2.0.0".to_owned()),
        // A message that was taken without our learning of it comes again under the same key.
        ("Idempotency-Key".to_owned(), format!("{}-{}-{upto}", s.id, s.seen)),
    ];
    if !s.token.is_empty() {
        headers.push(("GS1-Signature".to_owned(), epcis::signature(&s.token, &body)));
    }
    let sending = async {
        let at = resolved(&dest, targets).await?;
        match dest.tls {
            false => plain(&dest, at, &headers, &body).await,
            true => secured(&dest, at.ip(), &headers, &body).await,
        }
    };
    match tokio::time::timeout(PATIENCE, sending).await {
        Ok(answer) => answer,
        Err(_) => Err(No::fault(format!("no answer within {} s", PATIENCE.as_secs()))),
    }
}

/// The address to connect to.
async fn resolved(dest: &Dest, targets: Targets) -> Result<SocketAddr> {
    if targets == Targets::Public {
        dest.outside()?;
    }
    let found = lookup_host((dest.host.as_str(), dest.port)).await;
    let all: Vec<SocketAddr> = found.map_err(|e| No::fault(format!("{}: {e}", dest.host)))?.collect();
    if targets == Targets::Public && all.iter().any(|a| !epcis::is_public(a.ip())) {
        return Err(No::fault(format!("{} stands for an address that is not public", dest.host)));
    }
    all.first().copied().ok_or_else(|| No::fault(format!("{} has no address", dest.host)))
}

/// HTTP/1.1 (RFC 9112) on a connection of its own.
async fn plain(dest: &Dest, at: SocketAddr, headers: &[(String, String)], body: &[u8]) -> Result<u16> {
    let lost = |e: std::io::Error| No::fault(format!("{}: {e}", dest.authority()));
    let mut stream = TcpStream::connect(at).await.map_err(lost)?;
    let mut head = format!("POST {} HTTP/1.1\r\nHost: {}\r\n", dest.path, dest.authority());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\nConnection: close\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes()).await.map_err(lost)?;
    // A receiver that answers before it has read all has still answered.
    let written = stream.write_all(body).await;
    let mut line = Vec::new();
    let read = stream.take(LONGEST_LINE).read_to_end(&mut line).await;
    let status = status_of(&line);
    if status.is_none() {
        written.and(read.map(drop)).map_err(lost)?;
    }
    status.ok_or_else(|| No::fault(format!("{} does not speak HTTP", dest.authority())))
}

fn status_of(line: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(line.get(..12)?).ok()?;
    text.strip_prefix("HTTP/1.")?.get(2..)?.parse().ok()
}

/// HTTPS through the system's `curl`, which knows the certificates that the system trusts; pinned to the address that
/// was looked at.
async fn secured(dest: &Dest, at: IpAddr, headers: &[(String, String)], body: &[u8]) -> Result<u16> {
    let at = if at.is_ipv6() { format!("[{at}]") } else { at.to_string() };
    let mut curl = tokio::process::Command::new("curl");
    curl.args(["-q", "--silent", "--show-error", "--globoff", "--proto", "=https", "--noproxy", "*"])
        .args(["--max-redirs", "0", "--output", "-", "--max-filesize", "65536", "--include"])
        .args(["--resolve", &format!("{}:{}:{at}", dest.host, dest.port)])
        .args(["--data-binary", "@-", "--header", "Expect:"]);
    for (name, value) in headers {
        curl.args(["--header", &format!("{name}: {value}")]);
    }
    curl.arg(format!("https://{}{}", dest.authority(), dest.path));
    curl.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut running = curl.spawn().map_err(|e| No::fault(format!("https needs curl: {e}")))?;
    if let Some(mut stdin) = running.stdin.take() {
        stdin.write_all(body).await.map_err(No::fault)?;
    }
    let out = running.wait_with_output().await.map_err(No::fault)?;
    let version = out.stdout.split(|b| *b == b' ').nth(1).and_then(|s| s.get(..3));
    let status = version.and_then(|s| std::str::from_utf8(s).ok()?.parse().ok());
    status.ok_or_else(|| No::fault(format!("curl: {}", String::from_utf8_lossy(&out.stderr).trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_tells_the_status() {
        assert_eq!(status_of(b"HTTP/1.1 204 No Content\r\n\r\n"), Some(204));
        assert_eq!(status_of(b"HTTP/1.0 500"), Some(500));
        assert_eq!(status_of(b"SSH-2.0-OpenSSH"), None);
        assert_eq!(status_of(b"HTTP"), None);
    }

    #[tokio::test]
    async fn a_name_that_stands_for_the_house_is_not_connected_to() {
        let dest = Dest::parse("http://127.0.0.1:9/").expect("an address");
        assert!(resolved(&dest, Targets::Public).await.is_err());
        assert!(resolved(&dest, Targets::Private).await.is_ok());
    }
}
