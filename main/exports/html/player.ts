/**
 * The player of a report: shows the frames of a session, which are in the page already, up to a point in time. Without it, and on
 * paper, all of them show. It only reads `data-` attributes that hold numbers and words of our own, and makes no markup.
 */
export const PLAYER = `
'use strict';
for (const replay of document.querySelectorAll('.replay')) {
  const screen = replay.querySelector('.screen');
  const frames = [...screen.children];
  if (frames.length === 0) continue;
  const times = frames.map((frame) => Number(frame.dataset.t));
  const end = times[times.length - 1];
  let at = frames.length - 1, timer = 0, speed = 1;

  const bar = document.createElement('div');
  bar.className = 'bar';
  const button = (label, title, act) => {
    const made = document.createElement('button');
    made.type = 'button'; made.textContent = label; made.title = title; made.setAttribute('aria-label', title);
    made.addEventListener('click', act);
    bar.append(made);
    return made;
  };
  const marked = (frame, mark) => (mark === 'any' ? frame.dataset.m !== undefined : frame.dataset.m === mark);
  const seek = (mark, by) => {
    for (let i = at + by; i >= 0 && i < frames.length; i += by) if (marked(frames[i], mark)) return show(i);
  };
  button('Start', 'To the start (Home)', () => show(0));
  button('\\u2190', 'Step back (left arrow)', () => show(at - 1));
  const play = button('Play', 'Play or pause (space)', toggle);
  button('\\u2192', 'Step on (right arrow)', () => show(at + 1));
  button('Previous mark', 'Previous statement, error or decision (p)', () => seek('any', -1));
  button('Next mark', 'Next statement, error or decision (n)', () => seek('any', 1));
  if (frames.some((frame) => marked(frame, 'error'))) button('Next error', 'Next error (e)', () => seek('error', 1));
  const speeds = document.createElement('select');
  speeds.setAttribute('aria-label', 'Speed');
  for (const value of [0.25, 0.5, 1, 2, 4, 8, 16]) {
    const option = document.createElement('option');
    option.value = value; option.textContent = value + '\\u00d7'; option.selected = value === 1;
    speeds.append(option);
  }
  speeds.addEventListener('change', () => { speed = Number(speeds.value); if (timer) { clearTimeout(timer); next(); } });
  const track = document.createElement('div');
  track.className = 'track';
  const slider = document.createElement('input');
  slider.type = 'range'; slider.min = 0; slider.max = Math.max(1, end); slider.step = 'any';
  slider.setAttribute('aria-label', 'Time');
  slider.addEventListener('input', () => {
    const wanted = Number(slider.value);
    let i = 0;
    while (i + 1 < times.length && times[i + 1] <= wanted) i++;
    show(i, wanted);
  });
  const ticks = document.createElement('div');
  ticks.className = 'ticks';
  frames.forEach((frame, i) => {
    if (frame.dataset.m === undefined || ticks.childElementCount > 2000) return;
    const tick = document.createElement('i');
    tick.className = frame.dataset.m;
    tick.style.left = (100 * times[i]) / Math.max(1, end) + '%';
    ticks.append(tick);
  });
  track.append(slider, ticks);
  const clock = document.createElement('span');
  clock.className = 'clock';
  bar.append(speeds, track, clock);
  replay.prepend(bar);
  replay.tabIndex = 0;

  function show(to, time) {
    const target = Math.min(frames.length - 1, Math.max(0, to));
    frames[at].classList.remove('now');
    for (let i = Math.min(at, target) + 1; i <= Math.max(at, target); i++) frames[i].hidden = i > target;
    at = target;
    frames[at].hidden = false;
    frames[at].classList.add('now');
    slider.value = time === undefined ? times[at] : time;
    clock.textContent = seconds(times[at]) + ' / ' + seconds(end);
    screen.scrollTop = screen.scrollHeight;
  }
  function seconds(ms) {
    const all = ms / 1000;
    return Math.floor(all / 60) + ':' + (all % 60).toFixed(1).padStart(4, '0');
  }
  function toggle() {
    if (timer) { stop(); return; }
    if (at === frames.length - 1) show(0);
    play.textContent = 'Pause';
    next();
  }
  function stop() { clearTimeout(timer); timer = 0; play.textContent = 'Play'; }
  function next() {
    if (at + 1 >= frames.length) { stop(); return; }
    const silence = times[at + 1] - times[at];
    timer = setTimeout(() => { show(at + 1); next(); }, silence > 2000 ? 400 : silence / speed);
  }
  replay.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === speeds || event.target === slider) return;
    const acts = {
      ' ': event.target.tagName === 'BUTTON' ? null : toggle, ArrowLeft: () => show(at - 1), ArrowRight: () => show(at + 1),
      Home: () => show(0), End: () => show(frames.length - 1), n: () => seek('any', 1), p: () => seek('any', -1), e: () => seek('error', 1),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  const section = replay.closest('section');
  for (const row of section.querySelectorAll('tr[data-q]')) {
    const target = frames.findIndex((frame) => frame.dataset.q === row.dataset.q);
    if (target < 0) continue;
    row.classList.add('go');
    row.title = 'Show in the replay';
    row.addEventListener('click', () => { stop(); show(target); replay.scrollIntoView({ block: 'nearest' }); });
  }
  show(at);
}
`;
