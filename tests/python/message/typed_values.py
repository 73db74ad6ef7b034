"""Values of one's own classes go over a duplex, and arrive equal."""
from dataclasses import dataclass
from multiprocessing import get_context

mp = get_context("fork")


@dataclass
class Order:
    table: int
    dishes: list
    remark: str | None


def cook(kitchen):
    order = kitchen.recv()
    order.remark = f"{len(order.dishes)} dishes, ready"
    kitchen.send(order)


waiter, kitchen = mp.Pipe()
process = mp.Process(target=cook, args=(kitchen,))
process.start()
order = Order(7, ["soup", ("noodles", True, 312.5), ("tea", -(2**63))], None)
waiter.send(order)
served = waiter.recv()
assert (served.table, served.dishes) == (7, order.dishes)
print(f"table {served.table}: {served.remark}")
process.join()
