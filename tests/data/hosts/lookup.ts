// filter: "type==FILE" is a comment.
const quotes = /["'`]/g, half = size / 2 / 1;
export const hostsQql: string = "type==FILE"
    + " AND action==CREATED";

export function body(name: string, rest: string) {
    const text = <p>don't</p>;
    const params = new URLSearchParams();
    params.append("filter", `type==FILE AND file.name:"ä${name + `x`}"`);
    return { style: { filter: "blur(5px)" }, filter: 'type==FILE and ' + rest };
}
