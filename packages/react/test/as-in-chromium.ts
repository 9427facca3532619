// With it, React's development build reports to Chromium's performance panel, and reads changed props to do so.
console.timeStamp ??= () => {};
