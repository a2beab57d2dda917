/**
 * Nothing of ours needs `object.__proto__`, and whoever merges what came from outside without care would set a prototype
 * by it (CONTROLS C-52). Like Node's --disable-proto=delete, but nobody who starts the server has to think of it.
 */
delete (Object.prototype as { __proto__?: unknown }).__proto__;
