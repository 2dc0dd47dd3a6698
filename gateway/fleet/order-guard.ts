/** Which orders are carried out: those of this link, meant for this gateway, once. Who wants them is another question. */
import type { Order } from '../../shared/fleet/messages.ts';

/** Orders under way at a time; more are refused. */
const MOST_AT_ONCE = 64;

export class OrderGuard {
  readonly #link: string;
  readonly #gateway: string;
  #last = 0;
  #busy = 0;

  constructor(link: string, gateway: string) {
    this.#link = link;
    this.#gateway = gateway;
  }

  /** Why the order is not carried out; null when it is: then it is counted until {@link done}. */
  refusal({ link, gateway, number }: Order): string | null {
    if (gateway !== this.#gateway) return `it was meant for the gateway ${gateway}, this is ${this.#gateway}`;
    if (link !== this.#link) return 'it was meant for another link of this gateway';
    if (number <= this.#last) return `it was given before: of this link ${this.#last} was the last`;
    this.#last = number;
    if (this.#busy >= MOST_AT_ONCE) return `${MOST_AT_ONCE} orders are under way already`;
    this.#busy++;
    return null;
  }

  done(): void {
    this.#busy--;
  }
}
