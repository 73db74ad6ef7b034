"""A service in a process of its own. After `_TestSubclassingProcess.test_subclassing`."""
from multiprocessing import get_context

mp = get_context("fork")


class Upper(mp.Process):
    def __init__(self):
        super().__init__(name="upper")
        self.end, self.service = mp.Pipe()

    def run(self):
        self.end.close()
        try:
            while True:
                self.service.send(self.service.recv().upper())
        except EOFError:
            pass

    def ask(self, text):
        self.end.send(text)
        return self.end.recv()


upper = Upper()
upper.start()
upper.service.close()
print(upper.ask("hello"))
print(upper.ask("world"))
upper.end.close()
upper.join()
print("the service: exit code", upper.exitcode)
