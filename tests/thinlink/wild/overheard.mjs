// What the server tells a page over its WebSocket, as far as a time line needs it.

/**
 * Runs in every page before its own scripts, and uses nothing else. `window.overheard.members` are the page's own numbers in its calls: a post is
 * told of its own link only.
 */
export function overhear() {
    const state = { members: [] };
    // @ts-ignore
    window.overheard = state;
    const Native = window.WebSocket;
    window.WebSocket = class extends Native {
        constructor(...args) {
            // @ts-ignore
            super(...args);
            this.addEventListener('message', ({ data }) => {
                if (typeof data !== 'string' || !data.includes('"link"')) return;
                const message = JSON.parse(data);
                if (message.type !== 'link' || message.members.length !== 1) return;
                const { member } = message.members[0];
                if (!state.members.includes(member)) state.members.push(member);
            });
        }
    };
}
