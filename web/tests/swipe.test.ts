import { expect, test } from "vitest";
import { swipeOf } from "../src/swipe";

test("a finger that goes sideways is a step, and one that scrolls or touches is none", () => {
  expect(swipeOf(-80, 10)).toBe(1);
  expect(swipeOf(80, -10)).toBe(-1);
  expect(swipeOf(-80, 70)).toBeNull();
  expect(swipeOf(12, 0)).toBeNull();
});
