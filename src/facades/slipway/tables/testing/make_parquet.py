"""Makes the Parquet files of the tests: python3 make_parquet.py (needs pyarrow)."""

import datetime
import decimal
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).parent
ROWS = 120

table = pa.table({
    'id': pa.array(range(ROWS), pa.int64()),
    'price': pa.array([index / 4 for index in range(ROWS)], pa.float64()),
    'city': pa.array(['Oslo', 'Łódź', None] * (ROWS // 3), pa.string()).dictionary_encode(),
    'is_open': pa.array([index % 2 == 0 for index in range(ROWS)]),
    'day': pa.array([datetime.date(2026, 1, 1) + datetime.timedelta(days=index) for index in range(ROWS)]),
    'seen_at': pa.array([datetime.datetime(2026, 1, 31, 12, 0, 0, 500_000)] * ROWS, pa.timestamp('us', 'UTC')),
    'amount': pa.array([decimal.Decimal('12.50')] * ROWS, pa.decimal128(10, 2)),
    'tags': pa.array([['a', 'b']] * ROWS, pa.list_(pa.string())),
    'big': pa.array([2**62] * ROWS, pa.int64()),
})
for codec in ('snappy', 'zstd', 'lz4'):
    pq.write_table(table, HERE / f'{codec}.parquet', compression=codec, row_group_size=50)
