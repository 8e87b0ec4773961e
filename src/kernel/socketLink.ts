import type { Connection } from "./connection.js";
import type { SharedState } from "./sharedState.js";

/** What the socket thread is started with. */
export interface SocketOptions {
  readonly connection: Connection;
  readonly state: SharedState;
  /** content of `kernel_info_reply` */
  readonly kernelInfo: Readonly<Record<string, unknown>>;
}

/** From the socket thread to the main thread. */
export type FromSockets =
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly problem: string }
  | {
      readonly kind: "request";
      /** number by which replies and output name their request, from 1 */
      readonly serial: number;
      readonly type: string;
      readonly content: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "interrupt"; readonly serial: number }
  | { readonly kind: "shutdown" };

/** From the main thread to the socket thread. */
export type ToSockets =
  | { readonly kind: "streams"; readonly now: boolean }
  | {
      readonly kind: "publish" | "reply";
      readonly serial: number;
      readonly type: string;
      readonly content: unknown;
    }
  | { readonly kind: "flush" };
