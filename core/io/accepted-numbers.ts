/** Numbers of the connections that peers have opened: even ones, shared by all kinds of streams. */
export function acceptedNumbers(): () => number {
  let last = 0
  return () => {
    last += 2
    return last
  }
}
