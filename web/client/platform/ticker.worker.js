// A worker whose timers a hidden tab does not slow down. It receives [id, delay_ms], and sends the id when that has passed.
onmessage = ({ data: [id, delay] }) => setTimeout(postMessage, delay, id);
