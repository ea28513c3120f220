"""python -P bench/ordered.py FOLDER ORDERS: has a district made by the code of whatever checkout PYTHONPATH names.

ORDERS is JSON, a list of [method, arguments ...] of `bench.district.District`; the settings of the district's bot and
what the last order brought are printed as JSON. So each build fills its own database, of its own schema.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from bench.district import District


async def _done(folder: Path, orders: list[list[Any]]) -> Any:
    district, result = District(folder), None
    for method, *arguments in orders:
        result = await getattr(district, method)(*arguments)
    return district.environment(), result


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_done(Path(sys.argv[1]), json.loads(sys.argv[2])))))
