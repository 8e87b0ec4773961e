/** Memory that the kernel's main thread and its socket thread share. */
export interface SharedState {
  /** flags and positions, by the indices below */
  readonly control: Int32Array<SharedArrayBuffer>;
  /** ring of stream records, see {@link StreamWriter} */
  readonly ring: Uint8Array<SharedArrayBuffer>;
}

/** Position up to which streams are written; grows and wraps as a 32-bit number. */
export const WRITTEN = 0;
/** Position up to which streams are read. */
export const READ = 1;
/** 1 while the socket thread knows that streams wait to be read. */
export const AWAKE = 2;
/** Serial number of the cell that runs, 0 for none. */
export const RUNNING = 3;
/** Serial number of the cell that was interrupted last. */
export const INTERRUPTED = 4;
/** 1 once the socket thread has sent everything before the process ends. */
export const FLUSHED = 5;

/** Above 0 while the main thread runs code that SIGINT breaks off, see `breakable`. */
export const BREAKABLE = 6;
/** Above 0 while the main thread waits for a synchronous child process. */
export const SYNC_CHILD = 7;
/** 1 once TensorFlow is loaded, whose kernels a handled signal corrupts. */
export const SIGNAL_SHY = 8;

/** Serial number of the cell for which SIGINT was sent last, 0 once it has arrived. */
export const SIGNALLED = 9;

/** Bytes of the ring; a power of two, so that wrapped positions stay valid. */
const RING_BYTES = 1 << 20;

/** Fresh shared memory. */
export function createSharedState(): SharedState {
  return {
    control: new Int32Array(new SharedArrayBuffer(16 * 4)),
    ring: new Uint8Array(new SharedArrayBuffer(RING_BYTES)),
  };
}
