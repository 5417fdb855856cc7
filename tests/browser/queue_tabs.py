"""What the queue's model does in a tab: the queue's own modules, called by hand."""

from __future__ import annotations

EMPTY = """async () => {
  const queue = await import('/static/core/js/queue/sender.js');
  await queue.send();
  const open = await new Promise(done => {
    const asked = indexedDB.open('week');
    asked.onsuccess = () => done(asked.result);
  });
  const tx = open.transaction(['rows', 'known'], 'readwrite');
  tx.objectStore('rows').clear();
  tx.objectStore('known').clear();
  await new Promise(done => { tx.oncomplete = done; });
  open.close();
}"""
SAVE = """async ([url, body, edit, during]) => {
  const queue = await import('/static/core/js/queue/sender.js');
  const entry = { url, page: '/log/', title: 'A session', body, edit, fields: [] };
  const work = () => queue.save(entry);
  await (during ? self.onTheWay(queue, work) : work());
}"""
TAKE_BACK = """async ([url, during]) => {
  const queue = await import('/static/core/js/queue/sender.js');
  const entry = { url, page: '/log/', title: 'Back', reason: 'a mistake', body: null, fields: [] };
  const work = () => queue.takeBack(entry);
  await (during ? self.onTheWay(queue, work) : work());
}"""
SEND = """async () => {
  const queue = await import('/static/core/js/queue/sender.js');
  await queue.send({ force: true });
  return queue.mine();
}"""
BEGIN_SENDING = """async () => {
  const queue = await import('/static/core/js/queue/sender.js');
  self.sending = queue.send({ force: true });
}"""
MINE = "async () => (await import('/static/core/js/queue/sender.js')).mine()"
REMOVE = "async (key) => (await import('/static/core/js/queue/sender.js')).remove(key)"
STOPPED = "async () => (await import('/static/core/js/queue/sender.js')).stopped"
# In every tab: `opened` is when what a page sends by itself has been sent; `onTheWay` works once a
# request has left, and before its answer is known.
IN_EVERY_TAB = """() => {
  const request = LockManager.prototype.request;
  let tell;
  self.opened = new Promise(done => { tell = done; });
  LockManager.prototype.request = function (...given) {
    const turn = request.apply(this, given);
    turn.then(tell, tell);
    return turn;
  };
  self.onTheWay = async (queue, work) => {
    const real = self.fetch;
    const left = new Promise(done => {
      self.fetch = (...given) => { self.fetch = real; done(); return real(...given); };
    });
    const sent = queue.send({ force: true });
    await Promise.race([left, sent]);
    self.fetch = real;
    await work();
    await sent;
  };
}"""
NO_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"
NOBODY_SENDS = "() => navigator.locks.request('week-sender', () => {})"
