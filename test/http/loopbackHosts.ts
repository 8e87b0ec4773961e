/**
 * Loaded before a child process (`node --import`), with its threads: hosts of services lie on the
 * test's server, under their names. PHENOCOVER_TEST_SERVER holds its address.
 */
const server = process.env.PHENOCOVER_TEST_SERVER!;
const direct = globalThis.fetch;

globalThis.fetch = (input, init) => {
  const url = new URL(String(input));
  if (url.hostname === "127.0.0.1") return direct(url, init);
  return direct(`${server}/${url.host}${url.pathname}${url.search}`, init);
};
