/** What stands on a printed sheet, for tests of one. */

import type { Bitmap2D } from "lean-qr";
import { isValidElement, type ComponentChildren, type FunctionComponent, type VNode } from "preact";

/** The elements of a sheet, in their order; its components have no state. */
export function elements(node: ComponentChildren): VNode<Record<string, unknown>>[] {
  if (Array.isArray(node)) return node.flatMap(elements);
  if (!isValidElement(node)) return [];
  const element = node as VNode<Record<string, unknown>>;
  if (typeof element.type === "function") return elements((element.type as FunctionComponent<object>)(element.props) as ComponentChildren);
  return [element, ...elements(element.props.children as ComponentChildren)];
}

/** The text of a node, with a line for each element that has text of its own. */
export function textOf(node: ComponentChildren): string {
  if (Array.isArray(node)) return node.map(textOf).join("");
  if (typeof node === "string" || typeof node === "number") return String(node);
  if (!isValidElement(node)) return "";
  const element = node as VNode<{ children?: ComponentChildren }>;
  if (typeof element.type === "function") return textOf((element.type as FunctionComponent<object>)(element.props) as ComponentChildren);
  return `${textOf(element.props.children)}\n`;
}

/** The picture of a QR code, as a camera gives it, with the white border that readers want. */
export function drawn(code: Bitmap2D): { width: number; height: number; data: Uint8ClampedArray } {
  const [scale, quiet] = [4, 4];
  const side = (code.size + 2 * quiet) * scale;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      if (code.get(Math.floor(x / scale) - quiet, Math.floor(y / scale) - quiet)) data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
  return { width: side, height: side, data };
}
