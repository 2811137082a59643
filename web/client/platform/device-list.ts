/** Which microphones and cameras this device has, as a short text that changes when they do. It opens none. */

/** The text; null while the browser names no device, as before the first permission. */
export async function deviceList(): Promise<string | null> {
  const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
  const inputs = all.filter(({ kind, deviceId }) => kind !== "audiooutput" && deviceId);
  return inputs.length ? inputs.map(({ kind, deviceId }) => `${kind} ${deviceId}`).sort().join("\n") : null;
}
