'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const { areas, labels, layers, words } = data;
  const at = id => document.getElementById(id);
  const canvas = at('canvas'), box = at('map'), panel = at('panel'), card = at('card'), search = at('search'), found = at('found');
  const paths = [];
  for (const path of canvas.querySelectorAll('#areas path')) paths[+path.dataset.i] = path;
  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  let shown = 0;      // the layer on the map
  let current = null; // the area on the card
  let pinned = false; // whether the card stays

  // ── layers ──
  const tabs = [...document.querySelectorAll('[role=tab]')];
  function show(layer) {
    shown = layer;
    tabs.forEach((tab, i) => {
      tab.setAttribute('aria-selected', i === layer);
      tab.tabIndex = i === layer ? 0 : -1;
    });
    panel.setAttribute('aria-labelledby', tabs[layer].id);
    layers[layer].colours.forEach((colour, c) => panel.style.setProperty(`--c${c}`, colour));
    paths.forEach((path, i) => path.setAttribute('class', layers[layer].fills[i]));
    legend();
    if (current !== null) write(current);
  }
  tabs.forEach((tab, i) => {
    tab.addEventListener('click', () => show(i));
    tab.addEventListener('keydown', event => {
      const to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      const next = (to + tabs.length) % tabs.length;
      show(next);
      tabs[next].focus();
    });
  });

  function legend() {
    const layer = layers[shown], section = at('legend'), most = Math.max(1, ...layer.legend.map(row => row[2]));
    const table = element('table');
    let other = false;
    for (const [fill, label, n, count] of layer.legend) {
      const row = table.insertRow(), isClass = /^c\d/.test(fill);
      if (!isClass && !other) { other = true; row.className = 'first-other'; }
      row.insertCell().append(element('i', undefined, fill));
      row.insertCell().textContent = label;
      const bar = element('b');
      bar.style.width = `${100 * n / most}%`;
      row.insertCell().append(bar);
      row.insertCell().textContent = count;
      row.title = `${count} ${words.areas}`;
    }
    section.replaceChildren(element('h2', layer.unit ? `${layer.title} (${layer.unit})` : layer.title), element('p', layer.note), table);
  }

  // ── the card ──
  function write(i) {
    const [code, name, within, lines] = areas[i];
    const title = element('h3', name);
    title.append(element('small', within ? `${within} · ${code}` : code));
    if (!paths[i]) title.append(element('small', words.noBoundary));
    const values = element('dl'), rest = element('dl');
    layers.forEach((layer, l) => {
      const term = element('dt', layer.title, l === shown ? 'shown' : '');
      term.prepend(l === shown ? element('i', undefined, layer.fills[i]) : '');
      values.append(term, element('dd', layer.texts[i], l === shown ? 'shown' : ''));
    });
    for (const [label, text] of lines) rest.append(element('dt', labels[label]), element('dd', text));
    at('card-text').replaceChildren(title, values, ...(lines.length ? [rest] : []));
  }
  function open(i, x, y) {
    if (current !== i) write(i);
    current = i;
    card.hidden = false;
    card.classList.toggle('pinned', pinned);
    at('halo').setAttribute('d', paths[i] ? paths[i].getAttribute('d') : '');
    const { width, height } = box.getBoundingClientRect(), gap = 16;
    const left = x + gap + card.offsetWidth < width ? x + gap : x - gap - card.offsetWidth;
    const top = Math.min(y + gap, height - card.offsetHeight - 8);
    card.style.transform = `translate(${Math.max(8, Math.min(left, width - card.offsetWidth - 8))}px, ${Math.max(8, top)}px)`;
  }
  function close() {
    current = null;
    pinned = false;
    card.hidden = true;
    card.classList.remove('pinned');
    at('halo').setAttribute('d', '');
  }
  const within = event => {
    const { left, top } = box.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  // Opens the card beside an area, and keeps it open.
  function pin(i) {
    pinned = true;
    const [left, top] = [box.getBoundingClientRect().left, box.getBoundingClientRect().top];
    if (!paths[i]) return open(i, 60, 8);
    const place = paths[i].getBoundingClientRect();
    open(i, Math.min(place.right - left, box.clientWidth), place.top - top);
  }
  at('close').addEventListener('click', close);
  document.addEventListener('keydown', event => { if (event.key === 'Escape') { close(); fold(); } });

  // ── zoom and pan: the view box moves over the drawing ──
  const whole = { x: 0, y: 0, w: data.width, h: data.height };
  let view = { ...whole };
  const hatching = at('hatching');
  function look(to) {
    const w = Math.min(Math.max(to.w, whole.w / 60), whole.w * 1.4), h = w * whole.h / whole.w;
    const inside = (start, size, full) => Math.min(Math.max(start, -size / 2), full - size / 2);
    view = { w, h, x: inside(to.x, w, whole.w), y: inside(to.y, h, whole.h) };
    canvas.setAttribute('viewBox', `${view.x} ${view.y} ${view.w} ${view.h}`);
    hatching.setAttribute('patternTransform', `rotate(45) scale(${view.w / whole.w})`);
  }
  // The point of the drawing under a point of the screen.
  function under(x, y) {
    const point = new DOMPoint(x, y).matrixTransform(canvas.getScreenCTM().inverse());
    return [point.x, point.y];
  }
  function zoom(factor, [x, y]) {
    const w = Math.min(Math.max(view.w / factor, whole.w / 60), whole.w * 1.4), by = w / view.w;
    look({ x: x - (x - view.x) * by, y: y - (y - view.y) * by, w });
  }
  const middle = () => [view.x + view.w / 2, view.y + view.h / 2];
  at('zoom-in').addEventListener('click', () => zoom(1.6, middle()));
  at('zoom-out').addEventListener('click', () => zoom(1 / 1.6, middle()));
  at('zoom-all').addEventListener('click', () => look(whole));
  canvas.addEventListener('wheel', event => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), under(event.clientX, event.clientY));
  }, { passive: false });
  canvas.addEventListener('dblclick', event => zoom(2, under(event.clientX, event.clientY)));

  const fingers = new Map();
  let dragged = false;
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return [Math.hypot(a[0] - b[0], a[1] - b[1]), [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]];
  };
  canvas.addEventListener('pointerdown', event => {
    if (fingers.size === 0) dragged = false;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  canvas.addEventListener('pointermove', event => {
    const before = fingers.get(event.pointerId);
    if (!before) return hover(event);
    const now = [event.clientX, event.clientY];
    if (!dragged && fingers.size === 1 && Math.hypot(now[0] - before[0], now[1] - before[1]) < 4) return;
    if (!dragged) {
      dragged = true;
      canvas.classList.add('moving');
      // Only now: a captured pointer would take the click away from the area.
      try { canvas.setPointerCapture(event.pointerId); } catch { /* the pointer is gone */ }
    }
    if (fingers.size === 2) {
      const [wide] = spread();
      fingers.set(event.pointerId, now);
      const [wider, [x, y]] = spread();
      if (wide > 0) zoom(wider / wide, under(x, y));
      return;
    }
    const [from, to] = [under(...before), under(...now)];
    fingers.set(event.pointerId, now);
    look({ ...view, x: view.x + from[0] - to[0], y: view.y + from[1] - to[1] });
  });
  const lift = event => {
    fingers.delete(event.pointerId);
    if (fingers.size === 0) canvas.classList.remove('moving');
  };
  canvas.addEventListener('pointerup', lift);
  canvas.addEventListener('pointercancel', lift);

  const areaAt = event => {
    const path = event.target.closest ? event.target.closest('#areas path') : null;
    return path ? +path.dataset.i : null;
  };
  function hover(event) {
    if (pinned || event.pointerType === 'touch') return;
    const i = areaAt(event);
    if (i === null) close(); else open(i, ...within(event));
  }
  canvas.addEventListener('pointerleave', () => { if (!pinned) close(); });
  canvas.addEventListener('click', event => {
    if (dragged) return;
    const i = areaAt(event);
    if (i === null) return close();
    pinned = true;
    open(i, ...within(event));
  });

  // ── from area to area by the arrow keys ──
  let centres = null;
  function neighbour(i, dx, dy) {
    centres ??= paths.map(path => {
      const { x, y, width, height } = path.getBBox();
      return [x + width / 2, y + height / 2];
    });
    const from = i === null || !centres[i] ? middle() : centres[i];
    let best = null, least = Infinity;
    centres.forEach((centre, j) => {
      const [x, y] = [centre[0] - from[0], centre[1] - from[1]];
      const along = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
      const far = i === null ? Math.hypot(x, y) : along + 2 * aside;
      if (j !== i && far < least && (i === null || along > aside / 2)) { least = far; best = j; }
    });
    return best;
  }
  function bring(i) {
    const { x, y, width, height } = paths[i].getBBox();
    const out = x < view.x || y < view.y || x + width > view.x + view.w || y + height > view.y + view.h;
    if (out) look({ ...view, x: x + width / 2 - view.w / 2, y: y + height / 2 - view.h / 2 });
  }
  canvas.addEventListener('keydown', event => {
    const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (way) {
      event.preventDefault();
      const next = neighbour(current, ...way);
      if (next !== null) { bring(next); pin(next); }
    } else if (event.key === '+' || event.key === '=') zoom(1.6, middle());
    else if (event.key === '-') zoom(1 / 1.6, middle());
    else if (event.key === 'Home') look(whole);
  });

  // ── search ──
  const plain = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const names = areas.map(([code, name, within]) => [plain(name), plain(code), plain(within)]);
  let matches = [], chosen = -1;
  function fold() {
    found.hidden = true;
    search.setAttribute('aria-expanded', 'false');
    search.removeAttribute('aria-activedescendant');
  }
  function rank([name, code, within], wanted) {
    if (name === wanted || code === wanted) return 0;
    if (name.startsWith(wanted)) return 1;
    if (code.startsWith(wanted)) return 2;
    if (name.includes(wanted) || code.includes(wanted)) return 3;
    return wanted.split(/\s+/).every(word => `${name} ${within}`.includes(word)) ? 4 : 5;
  }
  function look_up() {
    const wanted = plain(search.value.trim());
    if (!wanted) return fold();
    matches = names.map((name, i) => [rank(name, wanted), i]).filter(([r]) => r < 5)
      .sort((a, b) => a[0] - b[0] || areas[a[1]][1].localeCompare(areas[b[1]][1])).slice(0, 12).map(([, i]) => i);
    found.replaceChildren(...matches.map((i, m) => {
      const item = element('li', areas[i][1]);
      item.append(element('small', areas[i][2] || areas[i][0]));
      item.id = `found-${m}`;
      item.setAttribute('role', 'option');
      item.addEventListener('pointerdown', event => { event.preventDefault(); go(i); });
      return item;
    }));
    if (!matches.length) found.append(element('li', words.noMatch));
    found.hidden = false;
    search.setAttribute('aria-expanded', 'true');
    choose(matches.length ? 0 : -1);
  }
  function choose(m) {
    chosen = m;
    [...found.children].forEach((item, i) => item.setAttribute('aria-selected', i === m));
    if (m >= 0) {
      search.setAttribute('aria-activedescendant', `found-${m}`);
      found.children[m].scrollIntoView({ block: 'nearest' });
    }
  }
  // Shows an area with its surroundings.
  function go(i) {
    fold();
    search.value = areas[i][1];
    if (paths[i]) {
      const { x, y, width, height } = paths[i].getBBox();
      const w = Math.max(6 * Math.max(width, height * whole.w / whole.h), whole.w / 12), h = w * whole.h / whole.w;
      look({ x: x + width / 2 - w / 2, y: y + height / 2 - h / 2, w });
    }
    pin(i);
  }
  search.addEventListener('input', look_up);
  search.addEventListener('click', look_up);
  search.addEventListener('blur', fold);
  search.addEventListener('keydown', event => {
    if (event.key === 'Enter' && matches[chosen] !== undefined && !found.hidden) go(matches[chosen]);
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || found.hidden || !matches.length) return;
    event.preventDefault();
    choose((chosen + by + matches.length) % matches.length);
  });

  // ── the table, made when it is wanted ──
  at('table').addEventListener('toggle', () => {
    const place = at('table').querySelector('div');
    if (place.firstChild) return;
    const table = element('table'), head = table.createTHead().insertRow();
    for (const title of [words.code, words.area, ...layers.map(layer => layer.title)]) head.append(element('th', title));
    const body = table.createTBody();
    areas.forEach(([code, name, within], i) => {
      const row = body.insertRow();
      for (const text of [code, within ? `${name} (${within})` : name, ...layers.map(layer => layer.texts[i])]) row.insertCell().textContent = text;
    });
    place.append(table);
  });

  show(0);
})();
