/** Must be imported first: the window's content policy forbids `eval`, so zod may not even try its compiled parsers. */
import { z } from 'zod';

z.config({ jitless: true });
