//! Two clients ask one server. Each says who asks, and is answered through a pipe of its own.

use forktalk::{ExitStatus, Process, pipe};

pub fn main() -> forktalk::Result<()> {
    let (requests, ask) = pipe::<(usize, i32)>()?;
    let replies = [pipe::<i32>()?, pipe::<i32>()?];
    let mut clients = Vec::new();
    for (me, n) in [(0, 2), (1, 3)] {
        clients.push(Process::fork(|| -> forktalk::Result<i32> {
            requests.close();
            ask.send(&(me, n))?;
            Ok(replies[me].0.recv()?)
        })?);
    }
    for _ in &clients {
        let (client, n) = requests.recv()?;
        replies[client].1.send(&(n * n))?;
    }
    for (client, square) in clients.iter().zip([4, 9]) {
        assert_eq!(client.join()?, ExitStatus::Exited(square));
    }
    println!("each client has its own answer");
    Ok(())
}
