/** Loaded before a program: its main thread then stands still for 200 ms of each second, as behind a long computation. */
import { isMainThread } from 'node:worker_threads'

const BLOCKED_MS = 200
const EVERY_MS = 1_000

if (isMainThread) {
  setInterval(() => {
    const until = performance.now() + BLOCKED_MS
    while (performance.now() < until);
  }, EVERY_MS).unref()
}
