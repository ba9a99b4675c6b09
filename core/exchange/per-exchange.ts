import type { Exchange } from './exchange.ts'
import type { Run } from './run.ts'

/** What a module keeps from one message to the next, once for each exchange; made when it is first asked for. */
export function perExchange<State>(make: () => State): (run: Run) => State {
  const states = new WeakMap<Exchange, State>()
  return ({ exchange }) => {
    let state = states.get(exchange)
    if (state === undefined) {
      state = make()
      states.set(exchange, state)
    }
    return state
  }
}
