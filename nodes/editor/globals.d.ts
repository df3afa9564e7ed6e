/** Node-RED's editor and jQuery as the forms meet them; neither has typings that follow the versions we run on. */
declare const RED: any;
declare const $: any;
declare module '*.css' {
  const text: string;
  export default text;
}
