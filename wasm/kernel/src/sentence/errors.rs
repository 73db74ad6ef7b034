//! Error numbers, in words.

use super::{Sentence, say};
use forktalk_abi::Errno;

/// What an error means, with its symbol.
pub(super) fn meaning(errno: Errno) -> Sentence {
    say!(
        "{} ({})",
        "{}（{}）",
        Sentence {
            en: errno.meaning().to_owned(),
            zh: in_chinese(errno).to_owned(),
        },
        errno.name()
    )
}

fn in_chinese(errno: Errno) -> &'static str {
    match errno {
        Errno::PERM => "不允许这样做",
        Errno::NOENT => "没有这个文件",
        Errno::SRCH => "没有这个进程",
        Errno::IO => "输入输出错误",
        Errno::BADF => "文件描述符无效",
        Errno::CHILD => "没有这个子进程",
        Errno::AGAIN => "要等待，或者资源暂时不够",
        Errno::NOMEM => "内存不足",
        Errno::ACCES => "没有权限",
        Errno::FAULT => "内存地址无效",
        Errno::BUSY => "资源正被占用",
        Errno::INVAL => "参数无效",
        Errno::NFILE => "系统打开的文件太多",
        Errno::MFILE => "打开的描述符太多",
        Errno::PIPE => "管道断了：没有读者了",
        Errno::DEADLK => "会造成死锁",
        Errno::NOSYS => "没有实现这个功能",
        Errno::CONNRESET => "连接被对方重置",
        Errno::TIMEDOUT => "超时",
        Errno::OWNERDEAD => "锁的持有者已经死亡",
        Errno::MSGSIZE => "消息太长",
        Errno::NOTSUP => "不支持这个操作",
        Errno::OVERFLOW => "数值太大",
        Errno::NOTSOCK => "不是套接字",
        Errno::SPIPE => "不能在管道里定位",
        Errno::INTR => "被信号打断",
        _ => "出错",
    }
}
