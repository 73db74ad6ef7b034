//! A message is any value that serde knows: it arrives equal.

use forktalk::{Process, duplex};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    table: u8,
    dishes: Vec<Dish>,
    remark: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Dish {
    Soup,
    Noodles { spicy: bool, grams: f32 },
    Tea(i64),
}

pub fn main() -> forktalk::Result<()> {
    let (waiter, kitchen) = duplex::<Order, Order>()?;
    let cook = Process::spawn(move || -> forktalk::Result<()> {
        let mut order = kitchen.recv()?;
        order.remark = Some(format!("{} dishes, ready", order.dishes.len()));
        kitchen.send(&order)?;
        Ok(())
    })?;

    let spicy = Dish::Noodles {
        spicy: true,
        grams: 312.5,
    };
    let order = Order {
        table: 7,
        dishes: vec![Dish::Soup, spicy, Dish::Tea(i64::MIN)],
        remark: None,
    };
    waiter.send(&order)?;
    let served = waiter.recv()?;
    assert_eq!((served.table, &served.dishes), (7, &order.dishes));
    println!(
        "table {}: {}",
        served.table,
        served.remark.unwrap_or_default()
    );
    assert!(cook.join()?.success());
    Ok(())
}
