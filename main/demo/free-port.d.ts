/** A port of 127.0.0.1 that was free a moment ago, for what must know it before it listens. */
export declare function freePort(): Promise<number>;
