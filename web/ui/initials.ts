/** The letters of an avatar. */

/** The initials of a name: "AN" for "Dr Awa Ndiaye", "N" for "Poste de santé de Nabadji", otherwise its first character. */
export function initials(name: string): string {
  const capitals = name.replace(/^(Dr|Pr|Poste|Case|Centre)\b\.?/, "").match(/\p{Lu}/gu) ?? [];
  return capitals.slice(0, 2).join("") || firstGrapheme(name).toUpperCase();
}

/** The first character as people count them, such as an emoji of several code points. Older browsers lack `Segmenter`. */
function firstGrapheme(text: string): string {
  if (!Intl.Segmenter) return Array.from(text)[0] ?? "";
  const [first] = new Intl.Segmenter().segment(text);
  return first?.segment ?? "";
}
