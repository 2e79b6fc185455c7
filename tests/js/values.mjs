// What the page's scripts are sent, as small as it can be: three keypoints, two limbs.

export const KEYPOINTS = ["nose", "left_eye", "right_eye"];
export const LIMBS = [[0, 1], [0, 2]];
export const SIGMAS = [0.1, 0.2, 0.5];
export const NASTY = `<img src=x onerror="alert(1)">&amp;"'`;

// keypoints: [x, y, score, state, ...chances of each state] or null.
export function person(id, keypoints = [], more = {}) {
  return { id, colour: `#00000${id}`, score: 0.5, box: [0, 0, 10, 20], keypoints, ...more };
}

export function keypoint(x, y, score = null, ...states) {
  return [x, y, score, ...(states.length ? states : [null])];
}

export function panel(name, people = [], more = {}) {
  return {
    name, summary: "", people, timing: null, ran: true, imported: false, note: "", ground_truth: "", oks: {}, errors: {}, layers: [],
    ...more,
  };
}

export function value(panels = [], more = {}) {
  return {
    image: "p1", ground_truth: [], ranking: { people: [], keypoints: [] }, keypoints: KEYPOINTS, limbs: LIMBS, sigmas: SIGMAS,
    panels, ...more,
  };
}

export function mark(kind, at, more = {}) {
  return { kind, at, colour: "#abcdef", score: 1, name: kind, details: [], aside: false, ...more };
}

export function layer(name, marks, more = {}) {
  return { name, meaning: "", note: "", marks, ...more };
}

// A map over x1, y1, x2, y2 of rows of bytes for each channel.
export function map(at, channels, name = "") {
  const values = btoa(String.fromCharCode(...channels.flat(2)));
  return { at, shape: [channels.length, channels[0].length, channels[0][0].length], values, name };
}

// Numbers from 0 to 1 that are the same in every run (mulberry32).
export function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
