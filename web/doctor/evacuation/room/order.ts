/** The order in which structures are asked: the first one, and those that are asked after it if it refuses or does not answer. Pure. */

/** The structures that one evacuation names: the first, and the server's four others. */
export const MOST = 5;

/** Puts a structure first. With the first choice the other structures that are shown follow it, the nearest first. */
export function first(order: readonly string[], id: string, shown: readonly string[]): string[] {
  const others = order.length > 0 ? order : shown;
  return [id, ...others.filter((one) => one !== id)].slice(0, MOST);
}

/** Adds a structure to the end; a full order stays as it is. */
export const last = (order: readonly string[], id: string): string[] =>
  order.includes(id) || order.length >= MOST ? [...order] : [...order, id];

/** Asks a structure one place earlier. */
export function earlier(order: readonly string[], id: string): string[] {
  const place = order.indexOf(id);
  if (place < 1) return [...order];
  const before = order[place - 1]!;
  return order.map((one) => (one === id ? before : one === before ? id : one));
}

/** Leaves a structure out. */
export const without = (order: readonly string[], id: string): string[] => order.filter((one) => one !== id);

/** Keeps only the structures that are still proposed. If the first one is not, nobody is chosen: a person decides that. */
export function stillProposed(order: readonly string[], proposed: readonly string[]): string[] {
  if (order[0] === undefined || !proposed.includes(order[0])) return [];
  return order.filter((id) => proposed.includes(id));
}
