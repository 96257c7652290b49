"""Looks names up. filter="type==FILE" in a docstring is no filter."""

BASE_QUERY = "type==FILE"
WINDOW = "dateTime:['%s'..'%s']"

QQL = (
    "action==CREATED "  # “both” are one filter
    'AND file.name:"ä\\".exe"'
)


def by_name(client, name: str, score: int, filter: str = "type==FILE"):
    client.search(filter=f'file.name:"{name}" AND type==FILE', size=5)
    client.search({"filter": f"indicator.score > {int(score)} AND process.name:{name}"})
    client.search(filter=WINDOW % ("a", "b") + " and " + filter)
    client.search(filter="type==PROCESS and " + filter)
    client.select(query="SELECT type FROM files WHERE name = 'x'")
    # qql
    return f"""
        type==FILE
        AND file.name:"{name}"
    """
