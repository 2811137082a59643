/**
 * The drawings for `<Icon of={…}>`: paths on a grid of 24 with lines of 2. A page contains only those that it names.
 */

export const alert = "M12 3 2 20h20zM12 10v4M12 17v.01";
export const back = "M15 5l-7 7 7 7";
export const camera = "M3 7h12v10H3zM15 11l6-3v8l-6-3";
export const cameraOff = "M3 7h8M15 11v6H3V7M15 11l6-3v8M3 3l18 18";
export const chat = "M4 4h16v12H11l-5 4v-4H4zM8 8h8M8 12h5";
export const check = "M4 13l5 5L20 6";
export const child = "M12 8a3 3 0 100-6 3 3 0 000 6M12 8v7M6 9l6 2 6-2M12 15l-4 7M12 15l4 7";
export const clock = "M12 21a9 9 0 100-18 9 9 0 000 18M12 7v5l3 3";
export const close = "M5 5l14 14M19 5L5 19";
export const data = "M7 20V4M7 4L3 8M7 4l4 4M17 4v16M17 20l-4-4M17 20l4-4";
export const doctor = "M6 3v5a5 5 0 0010 0V3M11 13v3a5 5 0 0010 0v-3M21 13a1.5 1.5 0 100-3 1.5 1.5 0 000 3";
export const hangUp = "M3 15v-3c5-5 13-5 18 0v3l-5 1v-3c-3-1-5-1-8 0v3z";
export const home = "M3 12l9-9 9 9M6 10v11h12V10";
export const link = "M2 9c6-6 14-6 20 0M6 13c4-4 8-4 12 0M10 17c1-1 3-1 4 0M12 20v.01";
export const linkOff =
  "M2 9c2-2 4-3 6-4M13 4.500c3 0 6 1.500 9 4.500M6 13l3-2M15 11.500l3 1.500M12 20v.01M3 3l18 18";
export const mic = "M9 5a3 3 0 016 0v6a3 3 0 01-6 0zM5 11a7 7 0 0014 0M12 18v4";
export const micOff = "M9 9v2a3 3 0 005 2M15 10V5a3 3 0 00-6-1M5 11a7 7 0 0011 5M19 11v2M12 18v4M3 3l18 18";
export const mother =
  "M12 7a2.500 2.500 0 100-5 2.500 2.500 0 000 5M9 10h6M9 10v12M15 10c0 3 4 3 4 6s-4 3-4 3v3M9 15h1";
export const note = "M5 3h10l4 4v14H5zM9 11h6M9 15h6";
export const people =
  "M9 11a4 4 0 100-8 4 4 0 000 8M2 21c0-9 14-9 14 0M16 3.500a4 4 0 010 7M18 14c2.500 1 4 3 4 7";
export const phone = "M5 3h4l2 5-3 2c1 3 3 5 6 6l2-3 5 2v4c0 1-1 2-2 2C11 21 3 13 3 5c0-1 1-2 2-2z";
export const pill = "M4 13l9-9c4-3 10 3 7 7l-9 9c-4 3-10-3-7-7zM8.500 8.500l7 7";
export const print = "M7 8V3h10v5M7 17H3V8h18v9h-4M7 14h10v7H7z";
export const send = "M3 11l18-8-7 18-3-8z";
export const speaker = "M4 9v6h4l5 5V4L8 9zM17 9c2 2 2 4 0 6M20 6c4 4 4 8 0 12";
export const tools = "M4 6h10M18 6h2M4 12h2M10 12h10M4 18h8M16 18h4M16 4v4M8 10v4M14 16v4";
export const photo = "M3 8h4l2-3h6l2 3h4v12H3zM12 17a3.500 3.500 0 100-7 3.500 3.500 0 000 7";
export const circle = "M12 20a8 8 0 100-16 8 8 0 000 16";
export const arrow = "M5 19L19 5M10 5h9v9";
