// Timers that a hidden tab does not slow down: [id, delay_ms] in, id out.
onmessage = ({ data: [id, delay] }) => setTimeout(postMessage, delay, id);
