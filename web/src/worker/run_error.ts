// Why a run could not be carried out, said for people. Every such sentence stands here.

import type { Sentence } from "./messages";

/** A run that could not be carried out, or not to its end. */
export class RunError extends Error {
  override name = "RunError";

  constructor(readonly sentence: Sentence) {
    super(sentence.en);
  }
}

/** What any error means to the page. */
export function runErrorOf(error: unknown): RunError {
  if (error instanceof RunError) return error;
  const said =
    error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new RunError({
    en: `The simulator itself failed: this is a mistake in forktalk, not in the program. (${said})`,
    zh: `模拟器自身出错：这是 forktalk 的错误，不是程序的错误。（${said}）`,
  });
}

export const NO_JSPI: Sentence = {
  en: "This browser cannot suspend WebAssembly (JSPI), so it cannot run programs here; Chrome and Edge from 137, Firefox from 153 and Safari from 27 can. Recorded traces can be opened all the same.",
  zh: "此浏览器不能挂起 WebAssembly（JSPI），因此无法在这里运行程序；Chrome 与 Edge 137、Firefox 153、Safari 27 起可以。录制的轨迹仍可打开。",
};

export const NO_WORKER: Sentence = {
  en: "The simulator could not be loaded: part of the page is missing or cannot be read.",
  zh: "无法加载模拟器：页面的一部分缺失或无法读取。",
};

export const COMPUTES_WITHOUT_END: Sentence = {
  en: "The program computes without end: one of its processes has run for a long time without a system call.",
  zh: "程序无休止地计算：其中一个进程长时间运行而没有任何系统调用。",
};

export const NO_MORE_INSTANCES: Sentence = {
  en: "The browser has no memory for another process: a tab holds some 120 WebAssembly memories, and each of them as many bytes as the system gives it.",
  zh: "浏览器没有内存容纳更多进程：一个标签页最多约有 120 个 WebAssembly 内存，每个的大小也受系统限制。",
};

export function notFetched(address: string, status: string): Sentence {
  return {
    en: `The program could not be loaded from ${address} (${status}).`,
    zh: `无法从 ${address} 加载程序（${status}）。`,
  };
}

export function notAModule(why: string): Sentence {
  return {
    en: `This file is not a WebAssembly module that can be run here: ${why}.`,
    zh: `此文件不是可在这里运行的 WebAssembly 模块：${why}。`,
  };
}

export function notOffered(name: string): Sentence {
  return {
    en: `The program imports ${name}, which is not a function; nothing else is offered: build it for wasm32-wasip1.`,
    zh: `程序导入了 ${name}，它不是函数；宿主只提供函数：请为 wasm32-wasip1 构建。`,
  };
}

export function missingExport(name: string): Sentence {
  return {
    en: `The program does not export ${name}, without which it cannot fork here: build it as a program (with a main function) for wasm32-wasip1, with the linker argument --export=__stack_pointer.`,
    zh: `程序没有导出 ${name}，因此无法在这里 fork：请把它构建为 wasm32-wasip1 的程序（含 main 函数），并加链接参数 --export=__stack_pointer。`,
  };
}
