import tech.tablesaw.api.*;
