// The words of the lessons, in English. What each lesson runs and checks is in ../lessons/lessons.ts.

/** The words of one lesson. */
export interface LessonWords {
  title: string;
  /** The one idea. */
  idea: string;
  /** What is to be predicted, and what one may answer. */
  question: string;
  answers: [string, string, string];
  /** Why the right answer is right. */
  because: string;
  /** What is to be done. */
  goal: string;
  /** What was learnt by it. */
  done: string;
}

export const lessons: Record<string, LessonWords> = {
  ends: {
    title: "A pipe and a fork: four ends",
    idea: "A pipe has two ends: what is written into one is read from the other. A process holds an end as a number in its table, a descriptor. Fork copies the whole process, and so its table.",
    question:
      "main holds both ends of pipe A, and is about to fork. How many ends of the pipe are open after that?",
    answers: ["Two: the child shares them", "Three", "Four: two in each"],
    because:
      "The child gets a copy of the table, so each end is now held twice: four lines, where two were. It is still one pipe.",
    goal: "The pipe itself lives as long as anybody holds an end of it. Step on to the step at which it is gone.",
    done: "Nobody removes a pipe. It goes when its last end is closed, and a process that ends closes all that it still holds.",
  },
  unused: {
    title: "Close what you do not use",
    idea: "After a fork both processes hold both ends. A pipe goes one way: so one process should keep the writing end, the other the reading end, and each closes the rest.",
    question: "The child will only read. Which of its two ends must it close?",
    answers: [
      "The reading end, descriptor 3",
      "The writing end, descriptor 4",
      "Neither: an end that is not used does no harm",
    ],
    because:
      "Whoever holds a writing end could still write. As long as one is open anywhere, no reader is told that the end has come, not even the one who holds it.",
    goal: "Find a step at which each process holds just the one end that it needs.",
    done: "Two lines are left: main writes, the child reads. That is what each pipe between two processes should look like.",
  },
  eof: {
    title: "End-of-file",
    idea: "A pipe has no last byte. Its reader learns of the end by a read that answers nothing: end-of-file.",
    question:
      "The child has read all there was, and the pipe is empty. It reads once more. What happens?",
    answers: [
      "It waits: something may still come",
      "It gets end-of-file",
      "The read is an error",
    ],
    because:
      "Nothing is left, and nobody can write any more: both must be so. Then a read answers end-of-file at once. With a writing end still open somewhere, it would wait.",
    goal: "Which close made the end possible? Go to the step at which the very last writing end was closed.",
    done: "End-of-file is not sent by anybody. It is what is left when the last writing end is closed, in whatever process that is.",
  },
  forgotten: {
    title: "The forgotten close",
    idea: "This is the program of the last lesson, but for one line: the child does not close its copy of the writing end.",
    question:
      "main has closed its ends, and the child has read and printed all. What will the child's next read do?",
    answers: ["Get end-of-file", "Wait for ever", "It is an error"],
    because:
      "A writing end is open: the child's own. It waits until somebody writes or the last writing end is closed, and it alone could do that. It waits for itself.",
    goal: "Repair it, and prove it: run pipe/three_integers, which is the same program with the close in its place, and let Explore see all its orders.",
    done: "All orders were seen, and all end well. That is a proof, for this program: no order was left out.",
  },
  full: {
    title: "A full pipe blocks",
    idea: "A pipe holds 65,536 bytes, and no more. It is no place to store things: it lets a writer be that far ahead of its reader.",
    question:
      "main is about to write 65,539 bytes into pipe B, which is empty. The child has not even started. What happens?",
    answers: [
      "The last three bytes are lost",
      "The write is an error, and nothing is written",
      "What fits is written, and main waits for room for the rest",
    ],
    because:
      "Nothing is lost and nothing overtakes. The writer stops in the middle of its write, and goes on when somebody has read.",
    goal: "Go to the step that lets main go on. Who made it?",
    done: "The reader did, by reading. A writer that waits is a sign that its reader is slow, or does not read at all.",
  },
  facing: {
    title: "Two full pipes",
    idea: "The same program again: two processes swap pages, each page a little larger than a pipe. Each first looks whether the other's page is there already; if so it reads first, and else it writes first.",
    question: "Can that hang?",
    answers: [
      "No, never",
      "Yes, always",
      "It depends on the order of the steps",
    ],
    because:
      "If one looks after the other has written, it reads first, and all is well. If both look before either has written, both write first, both pipes are full, and neither reads.",
    goal: "Make it hang. Choose another order: by seeds, or go back to where they look, and let the other go next.",
    done: "Each waits for room in a pipe that only the other could empty. It hangs in some orders only, which is why it may pass every test for a year.",
  },
  queue: {
    title: "A queue: many putters and getters",
    idea: "Through a queue go whole items, not bytes. Any number of processes may put, any number may get, and it needs no care about ends.",
    question:
      "Four processes put 50 items each; four others get, all from one queue. How often is each item got?",
    answers: ["Exactly once", "Up to four times", "It depends on the order"],
    because:
      "A put and a get are each one indivisible act. Who gets which item depends on the order; that each is got by exactly one does not.",
    goal: "Find a step at which five processes wait at once.",
    done: "They wait in line, for items or for room. Nobody asks again and again whether there is something: who puts or gets wakes the next.",
  },
  timeouts: {
    title: "Full, empty, timeouts",
    idea: "A queue may be bounded. A put into a full one waits, as does a get from an empty one; a timeout says for how long.",
    question:
      "This queue has room for one item, and one is in it. main puts a second, and waits for 50 ms at most. Nobody else is there to get. What happens?",
    answers: [
      "The second takes the place of the first",
      "After 50 ms the put gives up: full",
      "main waits for ever",
    ],
    because:
      "When nobody can go on, the clock runs to the next deadline. The put answers Full, and the item is not in the queue.",
    goal: "Later main puts again, and this time it gets its room. Go to the step that wakes it.",
    done: "A timeout is a choice too: it may strike at any time at which another process is slow. Explore tries that, if you ask for it.",
  },
  killed: {
    title: "Killed in the middle",
    idea: "A process can be killed between any two of its steps. What it held is closed, and what it had got from a queue goes with it.",
    question:
      "Two workers share a queue with one job. Worker 2 has just got the job, and is killed before it answers. What becomes of the job?",
    answers: [
      "It goes back into the queue",
      "The other worker does it",
      "Nobody does it: it is lost",
    ],
    because:
      "Once got, an item is the getter's. The queue is whole, as it always is; but the job died with its worker.",
    goal: "Kill a worker at such a moment that main is left without an answer.",
    done: "Only a kill between the get and the answer does it: every other moment is harmless. Explore finds it by trying them all.",
  },
  yours: {
    title: "Find the bug yourself",
    idea: "A worker looks for work. If it finds none, it says that it sleeps, and waits for the bell. main puts the work, then rings for whoever sleeps.",
    question: "Does the work always get done?",
    answers: [
      "Yes, whatever the order",
      "No, never",
      "Not always: there is an order in which all wait",
    ],
    because:
      "The work may come after the worker looked, and before it said that it sleeps. Then main sees nobody asleep, and nobody rings.",
    goal: "Make it hang, by hand, by seeds or by Explore; then read why.",
    done: "Look, then say that you sleep: something may come between. Say it first and look then, as in gallery/lost_wakeup_repaired, and no order hangs.",
  },
};
