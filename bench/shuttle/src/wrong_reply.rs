//! Two clients ask one server, which answers them all through one queue, or each through a channel of its own.

use crate::queue::Queue;
use shuttle::sync::mpsc::channel;
use shuttle::thread;
use std::sync::Arc;

pub(crate) fn broken() {
    let (ask, requests) = channel();
    let replies = Arc::new(Queue::with([]));
    let clients = [2, 3].map(|n| {
        let (ask, replies) = (ask.clone(), Arc::clone(&replies));
        thread::spawn(move || {
            ask.send(n).unwrap();
            replies.get()
        })
    });
    for _ in &clients {
        let n: i32 = requests.recv().unwrap();
        replies.put(n * n);
    }
    for (client, square) in clients.into_iter().zip([4, 9]) {
        assert_eq!(client.join().unwrap(), square);
    }
}

pub(crate) fn repaired() {
    let (ask, requests) = channel();
    let mut replies = Vec::new();
    let clients = [(0, 2), (1, 3)].map(|(me, n)| {
        let (reply, answer) = channel();
        replies.push(reply);
        let ask = ask.clone();
        thread::spawn(move || {
            ask.send((me, n)).unwrap();
            answer.recv().unwrap()
        })
    });
    for _ in &clients {
        let (client, n): (usize, i32) = requests.recv().unwrap();
        replies[client].send(n * n).unwrap();
    }
    for (client, square) in clients.into_iter().zip([4, 9]) {
        assert_eq!(client.join().unwrap(), square);
    }
}
