import { createRequire } from "node:module";
import type { TensorFlow } from "./tensorflow.js";

/** What the WebGPU adapter says about its device. */
interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** Whether the processor plays the device. */
  readonly isFallbackAdapter: boolean;
}

/** TensorFlow.js on the WebGPU backend and the device that computes. */
export interface WebGpu {
  readonly tf: TensorFlow;
  /** Version of the npm package with Dawn, the WebGPU implementation. */
  readonly version: string;
  /** Name of the device, such as the graphics card's. */
  readonly device: string;
}

/**
 * Starts TensorFlow.js on WebGPU over Vulkan, Metal or Direct3D 12, whichever the system has. The
 * variable `VK_DRIVER_FILES` chooses among Vulkan drivers.
 *
 * @param options.software whether a device played by the processor is taken
 * @throws Error that says what is missing
 */
export async function loadWebGpu({ software }: { software: boolean }): Promise<WebGpu> {
  const require = createRequire(import.meta.url);
  const { create, globals } = await import("webgpu");
  const gpu = create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new Error("no graphics device with Vulkan, Metal or Direct3D 12");
  const info = adapter.info as AdapterInfo;
  const device = `${info.vendor} ${info.architecture} (${info.description})`;
  if (info.isFallbackAdapter && !software) throw new Error(`${device} is no graphics device`);
  provideGlobals(globals, gpu);
  const tf = require("@tensorflow/tfjs") as TensorFlow;
  require("@tensorflow/tfjs-backend-webgpu");
  if (!(await tf.setBackend("webgpu"))) throw new Error(`${device} gives no WebGPU device`);
  await tf.ready();
  const { version } = require("webgpu/package.json") as { version: string };
  return { tf, version, device };
}

/** The backend expects what a browser has: WebGPU's constants and `navigator.gpu`. */
function provideGlobals(globals: object, gpu: object): void {
  Object.assign(globalThis, globals);
  const browser = (globalThis as { navigator?: object }).navigator;
  if (browser) Object.defineProperty(browser, "gpu", { value: gpu, configurable: true });
  else Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
}
