// Program and styles of KaTeX together: they come as one piece, and only when a formula appears.
import 'katex/dist/katex.min.css';

export { default } from 'katex';
