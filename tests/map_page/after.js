// Uses the page as a reader does, and writes down what it saw.
(async () => {
  const seen = {}, wanted = WANTED, pause = () => new Promise(done => setTimeout(done, 20));
  const all = selector => [...document.querySelectorAll(selector)], one = selector => document.querySelector(selector);
  const cardText = () => one('#card').hidden ? null : {
    title: one('#card h3').firstChild.data,
    pinned: one('#card').classList.contains('pinned'),
    lines: Object.fromEntries(all('#card dt').map((term, i) => [term.textContent, all('#card dd')[i].textContent])),
    shown: all('#card dt.shown').map(term => term.textContent),
  };
  const viewWidth = () => +one('#canvas').getAttribute('viewBox').split(' ')[2];
  const key = (target, name) => target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
  try {
    seen.title = document.title;
    seen.language = document.documentElement.lang;
    seen.caveats = all('#caveats li').map(item => item.textContent);
    const code = path => JSON.parse(one('#data').textContent).areas[+path.dataset.i][0];

    // Tabs, by click and by key.
    seen.tabs = all('[role=tab]').map(tab => {
      tab.click();
      const fills = Object.fromEntries(all('#areas path').slice(0, 60).map(path => [code(path), getComputedStyle(path).fill]));
      return {
        name: tab.textContent, selected: all('[aria-selected=true][role=tab]').map(tab => tab.textContent), fills,
        legend: all('#legend tr').map(row => [row.cells[1].textContent, row.cells[3].textContent]),
        heading: one('#legend h2').textContent,
      };
    });
    key(all('[role=tab]').at(-1), 'Home');
    seen.byKey = all('[aria-selected=true][role=tab]').map(tab => tab.textContent);

    // The card of the area that lies under the pointer.
    seen.hover = {};
    for (const path of all('#areas path').filter(path => wanted.hover.includes(code(path)))) {
      const { x, y, width, height } = path.getBoundingClientRect(), [left, top] = [x + width / 2, y + height / 2];
      const under = document.elementFromPoint(left, top);
      under.dispatchEvent(new PointerEvent('pointermove', { clientX: left, clientY: top, bubbles: true, pointerId: 1 }));
      seen.hover[code(path)] = cardText();
    }
    one('#canvas').dispatchEvent(new PointerEvent('pointerleave', { pointerId: 1 }));
    seen.afterLeaving = cardText();

    // Search: type, choose, see.
    seen.whole = viewWidth();
    const search = one('#search');
    search.focus();
    search.value = wanted.search;
    search.dispatchEvent(new Event('input', { bubbles: true }));
    seen.found = all('#found li').map(item => item.firstChild.data);
    key(search, 'Enter');
    seen.chosen = cardText();
    seen.zoomed = viewWidth();
    seen.halo = one('#halo').getAttribute('d').length > 0;
    search.value = 'qqqq';
    search.dispatchEvent(new Event('input', { bubbles: true }));
    seen.nothing = all('#found li').map(item => item.textContent);
    key(document.body, 'Escape');
    seen.closed = cardText();

    // Zoom and arrow keys.
    one('#zoom-all').click();
    one('#zoom-in').click();
    seen.zoomIn = viewWidth();
    one('#zoom-all').click();
    seen.zoomAll = viewWidth();
    key(one('#canvas'), 'ArrowDown');
    seen.arrow = cardText();
    key(document.body, 'Escape');

    // A pointer that drags moves the map.
    const box = one('#canvas').getBoundingClientRect(), before = one('#canvas').getAttribute('viewBox');
    const drag = (name, x) => one('#canvas').dispatchEvent(new PointerEvent(name, { clientX: box.x + x, clientY: box.y + 200, pointerId: 7, bubbles: true }));
    drag('pointerdown', 200); drag('pointermove', 240); drag('pointermove', 260); drag('pointerup', 260);
    seen.moved = one('#canvas').getAttribute('viewBox') !== before;

    one('#table').open = true;
    await pause();
    seen.rows = all('#table tbody tr').length;
  } catch (error) {
    noted.errors.push(`${error}\n${error.stack}`);
  }
  await pause();
  seen.fetched = performance.getEntriesByType('resource').map(entry => entry.name);
  Object.assign(seen, noted);
  const report = document.createElement('pre');
  report.id = 'seen';
  report.textContent = JSON.stringify(seen).replace(/[<>&\u007f-\uffff]/g, c => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
  document.body.append(report);
})();
