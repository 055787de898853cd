// Fills the parts of the page as the agent sends them. All markup, with everything that comes from the site encoded in it, is made by the agent (PageSections.cs).
(() => {
  'use strict';
  const parts = ['notice', 'line', 'glance', 'chain', 'nodes', 'media', 'events'];
  const silence = 15000; // three beats
  const patience = 5000; // until a refused stream is tried again
  const sayAgain = 30000; // between two readings of the line that differ in numbers only
  const lost = document.getElementById('lost');
  const live = document.getElementById('live');
  const said = document.getElementById('said');
  let source;
  let quiet;
  let saidAt = 0;

  const tell = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };

  const heard = () => {
    clearTimeout(quiet);
    quiet = setTimeout(disconnected, silence);
    tell(lost, '');
    tell(live, 'Live.');
    document.body.classList.remove('stale');
  };

  const disconnected = () => {
    if (!document.body.classList.contains('stale')) {
      tell(lost, `Not connected to this agent since ${new Date().toLocaleTimeString()}: what is shown may have changed. Trying again; the page of another node shows the same.`);
      tell(live, 'Not connected.');
      document.body.classList.add('stale');
    }
  };

  // A screen reader is told at once when the words change, and of numbers now and then.
  const say = (line) => {
    const words = (text) => text.replace(/\d+/g, '');
    if (words(line) !== words(said.textContent) || Date.now() - saidAt > sayAgain) {
      tell(said, line);
      saidAt = Date.now();
    }
  };

  const fill = (id, markup) => {
    const element = document.getElementById(id);
    const scrolled = [element.scrollLeft, element.scrollTop];
    element.innerHTML = markup;
    [element.scrollLeft, element.scrollTop] = scrolled;
    if (id === 'line') {
      say(element.textContent);
      document.title = `${element.textContent} – Handcarry`;
    }
  };

  const watch = () => {
    if (source) source.close();
    source = new EventSource('/api/live');
    source.addEventListener('build', (event) => {
      if (event.data !== document.documentElement.dataset.build) location.reload();
    });
    source.addEventListener('beat', heard);
    for (const id of parts) {
      source.addEventListener(id, (event) => {
        heard();
        fill(id, event.data);
      });
    }
    source.onerror = () => {
      disconnected();
      if (source.readyState === EventSource.CLOSED) setTimeout(watch, patience);
    };
  };

  quiet = setTimeout(disconnected, silence);
  watch();
})();
