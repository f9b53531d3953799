/**
 * A port whose calls ask first whether they may still be made, those of the ports inside it too. A process that stood still
 * goes on with the answer that it waited for, before any of its timers has told it that its lease is over meanwhile: cloud
 * and cluster know no fence that would refuse what it does next.
 *
 * @param mayCall throws when the call is not to be made; the call fails with that.
 */
export function whileHeld<Port extends object>(port: Port, mayCall: () => void): Port {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value === 'function') {
        return async (...args: readonly unknown[]): Promise<unknown> => {
          mayCall();
          return await Reflect.apply(value, target, args);
        };
      }
      return typeof value === 'object' && value !== null ? whileHeld(value, mayCall) : value;
    },
  });
}
