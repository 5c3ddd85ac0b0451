"""Tables of a corpus that is larger than memory: Parquet files by province and year, read where they are needed."""

from analysis.partitions.checking import Checked, check_partitions
from analysis.partitions.sharing import Shared, write_reuse
from analysis.partitions.storage import (
    Partition,
    find_partitions,
    is_partitioned,
    read_partition,
    read_rows,
    write_extracted,
)
from analysis.partitions.tidying import tidy_partitions

__all__ = [
    "Checked",
    "Partition",
    "Shared",
    "check_partitions",
    "find_partitions",
    "is_partitioned",
    "read_partition",
    "read_rows",
    "tidy_partitions",
    "write_extracted",
    "write_reuse",
]
