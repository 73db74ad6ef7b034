//! A queue for any number of putters and getters, which shuttle has not: its channels have one receiver.

use shuttle::sync::{Condvar, Mutex};
use std::collections::VecDeque;

pub(crate) struct Queue<T> {
    items: Mutex<VecDeque<T>>,
    put: Condvar,
}

impl<T> Queue<T> {
    pub(crate) fn with(items: impl IntoIterator<Item = T>) -> Queue<T> {
        Queue {
            items: Mutex::new(items.into_iter().collect()),
            put: Condvar::new(),
        }
    }

    pub(crate) fn put(&self, item: T) {
        self.items.lock().unwrap().push_back(item);
        self.put.notify_one();
    }

    pub(crate) fn get(&self) -> T {
        let mut items = self.items.lock().unwrap();
        loop {
            match items.pop_front() {
                Some(item) => return item,
                None => items = self.put.wait(items).unwrap(),
            }
        }
    }

    pub(crate) fn try_get(&self) -> Option<T> {
        self.items.lock().unwrap().pop_front()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items.lock().unwrap().is_empty()
    }
}
