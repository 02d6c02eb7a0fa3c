/** Takes one line that says what happens now, in words for a person, without a time: whoever prints it adds the elapsed time. */
export type Report = (message: string) => void;
