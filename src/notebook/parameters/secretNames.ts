/** Stands for a value that must not be seen. */
export const MASK = "********";

/** Whether a name says that its value is a secret: token, secret, password, or a key at its end. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z\d]+/);
  const last = words.at(-1);
  return (
    words.some((word) => /^(tokens?|secrets?|passwords?|passwd|passphrase|apikey)$/.test(word)) ||
    last === "key" ||
    last === "keys"
  );
}
