//! Two clients ask one server, which answers them all through one pipe: a client may get what another asked for.

use forktalk::{ExitStatus, Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (requests, ask) = pipe::<i32>()?;
    let (replies, reply) = pipe::<i32>()?;
    let mut clients = Vec::new();
    for n in [2, 3] {
        clients.push(Process::fork(|| -> forktalk::Result<i32> {
            requests.close();
            ask.send(&n)?;
            Ok(replies.recv()?)
        })?);
    }
    for _ in &clients {
        let n = requests.recv()?;
        reply.send(&(n * n))?;
    }
    for (client, square) in clients.iter().zip([4, 9]) {
        assert_eq!(client.join()?, ExitStatus::Exited(square));
    }
    println!("each client has its own answer");
    Ok(())
}
