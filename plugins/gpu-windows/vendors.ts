/** PCI vendor number of NVIDIA. */
export const NVIDIA = 0x10de;
/** PCI vendor number under which Windows lists what renders without a device. */
export const MICROSOFT = 0x1414;

/** Names of the vendors of GPUs by PCI vendor number. */
export const VENDORS: ReadonlyMap<number, string> = new Map([
  [NVIDIA, 'NVIDIA'],
  [0x1002, 'AMD'],
  [0x1022, 'AMD'],
  [0x8086, 'Intel'],
  [0x5143, 'Qualcomm'],
]);
