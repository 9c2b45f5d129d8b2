// The rooms of the dashboard, in the order of the navigation.
import { Boxes, FlaskConical, ListTree, Play, Repeat, Server } from 'lucide-react';
import { paths } from '../paths.ts';

export const ROOMS = [
  { title: 'Runs', to: paths.runs(), icon: Play, isHere: /^\/(runs|compare)/ },
  { title: 'Recurring runs', to: paths.recurringRuns(), icon: Repeat, isHere: /^\/recurringrun/ },
  { title: 'Experiments', to: paths.experiments(), icon: FlaskConical, isHere: /^\/experiments/ },
  { title: 'Pipelines', to: paths.pipelines(), icon: ListTree, isHere: /^\/pipelines/ },
  { title: 'Artifacts', to: paths.artifacts(), icon: Boxes, isHere: /^\/artifacts/ },
  { title: 'Cluster', to: paths.cluster(), icon: Server, isHere: /^\/cluster/ },
] as const;
